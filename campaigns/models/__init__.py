from campaigns.models.campaigns import Campaign, CampaignState, Recipient, RecipientState

__all__ = ["Campaign", "CampaignState", "Recipient", "RecipientState"]
