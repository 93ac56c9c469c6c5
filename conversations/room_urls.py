"""The addresses of colleagues' rooms, in the name space of this app (urls.py)."""

from django.urls import path

from conversations.views import rooms

urlpatterns = [
    path("", rooms.team, name="team"),
    path("unread/", rooms.unread, name="team_unread"),
    path("new/", rooms.new, name="new_room"),
    path("direct/", rooms.direct, name="direct"),
    path("<uuid:room_id>/", rooms.room, name="room"),
    path("<uuid:room_id>/earlier/", rooms.earlier, name="room_earlier"),
    path("<uuid:room_id>/changes/", rooms.changes, name="room_changes"),
    path("<uuid:room_id>/names/", rooms.names, name="room_names"),
    path("<uuid:room_id>/messages/", rooms.write, name="room_write"),
    path("<uuid:room_id>/messages/<uuid:message_id>/card/", rooms.card, name="room_card"),
    path("<uuid:room_id>/delete/", rooms.delete_line, name="room_delete"),
    path("<uuid:room_id>/read/", rooms.read, name="room_read"),
    path("<uuid:room_id>/mute/", rooms.mute, name="room_mute"),
    path("<uuid:room_id>/join/", rooms.join, name="room_join"),
    path("<uuid:room_id>/leave/", rooms.leave, name="room_leave"),
]
