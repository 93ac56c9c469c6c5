"""What supervisors and administrators configure, and what the product has written down.

One file per noun. Supervisors find what belongs to their queues; secrets are written, never shown.
"""

from conversations.admin.canned_responses import CannedResponseAdmin
from conversations.admin.channels import ChannelAdmin, WabaAdmin
from conversations.admin.conversations import ConversationAdmin, ConversationEventAdmin
from conversations.admin.customers import AttributeDefinitionAdmin, CustomerAdmin
from conversations.admin.merges import CustomerMergeAdmin
from conversations.admin.messages import MessageAdmin, SendAttemptAdmin
from conversations.admin.queues import ClosingReasonAdmin, HolidayAdmin, QueueAdmin
from conversations.admin.tags import TagAdmin
from conversations.admin.templates import TemplateAdmin
from conversations.admin.webhooks import WebhookEventAdmin, WorkItemAdmin

__all__ = [
    "AttributeDefinitionAdmin", "CannedResponseAdmin", "ChannelAdmin", "ClosingReasonAdmin",
    "ConversationAdmin", "ConversationEventAdmin", "CustomerAdmin", "CustomerMergeAdmin", "HolidayAdmin", "MessageAdmin",
    "QueueAdmin", "SendAttemptAdmin", "TagAdmin", "TemplateAdmin", "WabaAdmin",
    "WebhookEventAdmin", "WorkItemAdmin",
]  # fmt: skip
