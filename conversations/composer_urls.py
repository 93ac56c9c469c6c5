"""The addresses of the composer: drafts, sending later, canned responses, the preview of a text."""

from django.urls import path

from conversations.views import canned_responses, composer, drafts, scheduled

_CONVERSATION = "conversations/<uuid:conversation_id>/"

urlpatterns = [
    path(f"{_CONVERSATION}draft/", drafts.draft, name="draft"),
    path(f"{_CONVERSATION}text-preview/", composer.text_preview, name="text_preview"),
    path(f"{_CONVERSATION}schedule/", scheduled.schedule, name="schedule"),
    path(f"{_CONVERSATION}scheduled/put-off/", scheduled.put_off, name="put_off"),
    path(f"{_CONVERSATION}scheduled/send-now/", scheduled.send_now, name="send_scheduled"),
    path(f"{_CONVERSATION}scheduled/withdraw/", scheduled.withdraw, name="withdraw"),
    path("scheduled/", scheduled.page, name="scheduled"),
    path("canned/", canned_responses.page, name="canned"),
    path("canned/new/", canned_responses.new, name="new_canned"),
    path("canned/preview/", canned_responses.preview, name="preview_canned"),
    path("canned/<uuid:response_id>/", canned_responses.edit, name="edit_canned"),
    path("canned/<uuid:response_id>/delete/", canned_responses.delete, name="delete_canned"),
    path(
        "canned/<uuid:response_id>/duplicate/", canned_responses.duplicate, name="duplicate_canned"
    ),
    path("canned/files/<uuid:file_id>/", canned_responses.file, name="canned_file"),
]
