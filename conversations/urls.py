from django.urls import path

from conversations import composer_urls
from conversations.views import (
    attachments,
    canned_responses,
    channel_acts,
    channels,
    composer,
    conversations,
    customers,
    gateway,
    imports,
    inbox,
    ingest,
    messages,
    notifications,
    templates,
)

app_name = "conversations"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("conversations/<uuid:conversation_id>/", conversations.conversation, name="conversation"),
    path(
        "conversations/<uuid:conversation_id>/details/",
        conversations.conversation,
        {"pane": "details"},
        name="details",
    ),
    path("conversations/<uuid:conversation_id>/changes/", conversations.changes, name="changes"),
    path("conversations/<uuid:conversation_id>/earlier/", conversations.earlier, name="earlier"),
    path("conversations/<uuid:conversation_id>/take/", conversations.take, name="take"),
    path("conversations/<uuid:conversation_id>/transfer/", conversations.transfer, name="transfer"),
    path(
        "conversations/<uuid:conversation_id>/return/", conversations.return_to_queue, name="return"
    ),
    path("conversations/<uuid:conversation_id>/close/", conversations.close, name="close"),
    path("conversations/<uuid:conversation_id>/read/", conversations.read, name="read"),
    path("conversations/<uuid:conversation_id>/messages/", messages.send, name="send"),
    path("conversations/<uuid:conversation_id>/notes/", messages.note, name="note"),
    path("conversations/<uuid:conversation_id>/location/", composer.location, name="location"),
    path("conversations/<uuid:conversation_id>/contact/", composer.contact, name="contact"),
    path(
        "conversations/<uuid:conversation_id>/interactive/",
        composer.interactive,
        name="interactive",
    ),
    path(
        "conversations/<uuid:conversation_id>/interactive/preview/",
        composer.preview,
        name="interactive_preview",
    ),
    path("conversations/<uuid:conversation_id>/emoji/", composer.emoji, name="emoji"),
    path("conversations/<uuid:conversation_id>/react/", composer.react, name="react"),
    path("conversations/<uuid:conversation_id>/retry/", messages.retry, name="retry"),
    path(
        "conversations/<uuid:conversation_id>/customers/",
        customers.add_customer,
        name="add_customer",
    ),
    path(
        "conversations/<uuid:conversation_id>/document/",
        customers.reveal_document,
        name="reveal_document",
    ),
    path("conversations/<uuid:conversation_id>/files/", attachments.send_files, name="send_files"),
    path(
        "conversations/<uuid:conversation_id>/fetch-again/",
        attachments.fetch_again,
        name="fetch_again",
    ),
    path("attachments/<uuid:attachment_id>/", attachments.attachment, name="attachment"),
    path("attachments/<uuid:attachment_id>/thumbnail/", attachments.thumbnail, name="thumbnail"),
    path(
        "conversations/<uuid:conversation_id>/canned-responses/",
        canned_responses.canned_responses,
        name="canned_responses",
    ),
    path("conversations/<uuid:conversation_id>/templates/", templates.templates, name="templates"),
    path("channels/<uuid:channel_id>/gateway/", gateway.gateway, name="gateway"),
    path("channels/<uuid:channel_id>/gateway/connect/", gateway.connect, name="gateway_connect"),
    path(
        "channels/<uuid:channel_id>/gateway/reconnect/",
        gateway.reconnect,
        name="gateway_reconnect",
    ),
    path("channels/<uuid:channel_id>/gateway/log-out/", gateway.log_out, name="gateway_log_out"),
    # --- What one is told
    path("notifications/", notifications.page, name="notifications"),
    path("notifications/read/", notifications.read, name="read_notifications"),
    path("notifications/read/all/", notifications.read_all, name="read_all_notifications"),
    path("notifications/<uuid:notification_id>/", notifications.follow, name="notification"),
    path(
        "notifications/<uuid:notification_id>/read/",
        notifications.read_one,
        name="read_notification",
    ),
    # --- Numbers
    path("channels/", channels.page, name="channels"),
    path("channels/new/", channels.new, name="new_channel"),
    path("channels/notices/", channels.notices, name="notices"),
    path("channels/notices/<uuid:notice_id>/dismiss/", channel_acts.dismiss, name="dismiss_notice"),
    path("channels/breakers/reset/", channel_acts.reset_breaker, name="reset_breaker"),
    path("channels/<uuid:channel_id>/", channels.channel, name="channel"),
    path("channels/<uuid:channel_id>/pause/", channel_acts.pause, name="pause_channel"),
    path("channels/<uuid:channel_id>/resume/", channel_acts.resume, name="resume_channel"),
    path("channels/<uuid:channel_id>/test/", channel_acts.test, name="test_channel"),
    path("channels/<uuid:channel_id>/subscribe/", channel_acts.subscribe, name="subscribe_channel"),
    # --- Customers from a file
    path("customers/import/", imports.customer_import, name="customer_import"),
    path("customers/import/<uuid:import_id>/", imports.import_step, name="import_step"),
    path(
        "customers/import/<uuid:import_id>/columns/",
        imports.import_columns,
        name="import_columns",
    ),
    path(
        "customers/import/<uuid:import_id>/start/",
        imports.import_act,
        {"verb": "start"},
        name="import_start",
    ),
    path(
        "customers/import/<uuid:import_id>/cancel/",
        imports.import_act,
        {"verb": "cancel"},
        name="import_cancel",
    ),
    path(
        "customers/import/<uuid:import_id>/errors/", imports.import_errors, name="import_errors"
    ),
    # --- Health of the intake
    path("ingest/", ingest.page, name="ingest"),
    path("ingest/replay/", ingest.replay_all, name="replay_all"),
    path("ingest/purge/", ingest.purge, name="purge_parked"),
    path("ingest/items/<int:item_id>/", ingest.item, name="work_item"),
    path("ingest/items/<int:item_id>/replay/", ingest.replay_one, name="replay_item"),
    *composer_urls.urlpatterns,
]
