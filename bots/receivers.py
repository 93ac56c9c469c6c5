"""What the bots do when the floor below announces something."""

from bots.actions.sessions import advance


def answer_customers(sender, conversation_ids, **_):
    """Customers have written in conversations that are with the bot."""
    advance(conversation_ids)
