from conversations.models.attachments import Attachment, AttachmentState, AttachmentTrouble
from conversations.models.bulk import BulkMark
from conversations.models.canned_responses import CannedAttachment, CannedResponse
from conversations.models.channels import (
    Channel,
    ChannelStatus,
    PauseCause,
    ProviderName,
    Waba,
)
from conversations.models.conversations import (
    Conversation,
    ConversationEvent,
    EventKind,
    Priority,
    ProtocolCounter,
    State,
)
from conversations.models.customers import (
    AttributeDefinition,
    Consent,
    Contact,
    Customer,
    CustomerIdentity,
    CustomerMerge,
    CustomerNote,
    IdentityKind,
)
from conversations.models.drafts import Draft
from conversations.models.gateway import GatewaySession, SessionState
from conversations.models.imports import (
    CustomerImport,
    CustomerImportRow,
    ImportState,
    RowOutcome,
)
from conversations.models.messages import (
    STATUS_RANK,
    STATUS_TIME_FIELDS,
    Message,
    MessageEdit,
    MessageKind,
    Origin,
    PendingStatus,
    Reaction,
    SendAttempt,
    SenderKind,
    SendPriority,
    Status,
)
from conversations.models.notices import Notice, NoticeKind
from conversations.models.notifications import (
    Mention,
    Notification,
    NotificationKind,
    PushSubscription,
)
from conversations.models.queues import (
    BusinessHours,
    ClosingReason,
    Holiday,
    Queue,
    QueueMembership,
    SlaPolicy,
)
from conversations.models.rooms import (
    Room,
    RoomKind,
    RoomMembership,
    RoomMessage,
    RoomWord,
)
from conversations.models.saved_views import SavedView
from conversations.models.simulator import (
    SimulatorCall,
    SimulatorDelivery,
    SimulatorMedia,
    SimulatorMessage,
    SimulatorPhone,
    SimulatorSetting,
)
from conversations.models.simulator_gateway import SimulatorInstance
from conversations.models.simulator_templates import SimulatorTemplate
from conversations.models.tags import Tag
from conversations.models.templates import Template, TemplateCategory, TemplateStatus
from conversations.models.webhooks import PARTITIONS, HandledNotice, WebhookEvent, WorkItem

__all__ = [
    "BulkMark",
    "CannedAttachment",
    "CustomerNote",
    "Draft",
    "CustomerImport",
    "CustomerImportRow",
    "ImportState",
    "RowOutcome",
    "Mention",
    "Notification",
    "NotificationKind",
    "PushSubscription",
    "Room",
    "RoomKind",
    "RoomMembership",
    "RoomMessage",
    "RoomWord",
    "SavedView",
    "PARTITIONS",
    "STATUS_RANK",
    "STATUS_TIME_FIELDS",
    "Attachment",
    "AttachmentState",
    "AttachmentTrouble",
    "AttributeDefinition",
    "BusinessHours",
    "CannedResponse",
    "Channel",
    "ChannelStatus",
    "ClosingReason",
    "Consent",
    "Contact",
    "Conversation",
    "ConversationEvent",
    "Customer",
    "CustomerIdentity",
    "CustomerMerge",
    "EventKind",
    "GatewaySession",
    "HandledNotice",
    "Holiday",
    "IdentityKind",
    "Message",
    "MessageEdit",
    "MessageKind",
    "Notice",
    "NoticeKind",
    "Origin",
    "PauseCause",
    "PendingStatus",
    "Priority",
    "ProtocolCounter",
    "ProviderName",
    "Queue",
    "QueueMembership",
    "Reaction",
    "SendAttempt",
    "SendPriority",
    "SenderKind",
    "SessionState",
    "SimulatorCall",
    "SimulatorDelivery",
    "SimulatorInstance",
    "SimulatorMedia",
    "SimulatorMessage",
    "SimulatorPhone",
    "SimulatorSetting",
    "SimulatorTemplate",
    "SlaPolicy",
    "State",
    "Status",
    "Tag",
    "Template",
    "TemplateCategory",
    "TemplateStatus",
    "Waba",
    "WebhookEvent",
    "WorkItem",
]
