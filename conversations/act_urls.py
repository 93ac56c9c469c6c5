"""The addresses of what people do with a conversation, of tags, and of the command bar."""

from django.urls import path

from conversations.views import acts, commands, mentions, tags

_CONVERSATION = "conversations/<uuid:conversation_id>/"

urlpatterns = [
    path(f"{_CONVERSATION}snooze/", acts.snooze, name="snooze"),
    path(f"{_CONVERSATION}unsnooze/", acts.unsnooze, name="unsnooze"),
    path(f"{_CONVERSATION}priority/", acts.priority, name="priority"),
    path(f"{_CONVERSATION}tags/", acts.tags, name="conversation_tags"),
    path(f"{_CONVERSATION}bot/", acts.return_to_bot, name="return_to_bot"),
    path(f"{_CONVERSATION}reopen/", acts.reopen, name="reopen"),
    path(f"{_CONVERSATION}colleagues/", mentions.colleagues, name="colleagues"),
    path("undo/<uuid:event_id>/", acts.undo, name="undo"),
    path("commands/", commands.commands, name="commands"),
    path("tags/", tags.page, name="tags"),
    path("tags/new/", tags.new, name="new_tag"),
    path("tags/<uuid:tag_id>/", tags.edit, name="edit_tag"),
    path("tags/<uuid:tag_id>/merge/", tags.merge, name="merge_tag"),
    path("tags/<uuid:tag_id>/delete/", tags.delete, name="delete_tag"),
]
