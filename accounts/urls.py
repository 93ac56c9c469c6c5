from django.urls import path

from accounts.views import (
    activity,
    audit,
    avatars,
    first_steps,
    invitations,
    passwords,
    profile,
    users,
)
from accounts.views.availability import availability

app_name = "accounts"
urlpatterns = [
    path("accounts/availability", availability, name="availability"),
    path("accounts/activity", activity.activity, name="activity"),
    path("accounts/password/reset/open/", passwords.open_reset, name="open_reset"),
    path("accounts/invitation/open/", invitations.open_invitation, name="open_invitation"),
    path("accounts/invitation/", invitations.accept, name="accept_invitation"),
    path("audit/", audit.trail, name="audit"),
    path("audit/export", audit.export, name="audit_export"),
    # --- Oneself
    path("profile/", profile.profile, name="profile"),
    path("profile/name", profile.name, name="profile_name"),
    path("profile/picture", profile.picture, name="profile_picture"),
    path("profile/appearance", profile.appearance, name="profile_appearance"),
    path("profile/theme", profile.theme, name="profile_theme"),
    path("profile/preferences", profile.preferences, name="profile_preferences"),
    path("profile/hearing", profile.hearing, name="profile_hearing"),
    path("profile/sessions/<uuid:pk>/end", profile.end_own_session, name="end_own_session"),
    path("profile/sessions/end", profile.end_own_sessions, name="end_own_sessions"),
    # --- The first steps of an administrator
    path("setup/", first_steps.first_steps, name="first_steps"),
    path("setup/hide", first_steps.hide, name="hide_first_steps"),
    # --- The others
    path("users/", users.user_list, name="users"),
    path("users/invite", invitations.invite, name="invite"),
    path("users/invitations/<uuid:pk>/again", invitations.send_again, name="send_invitation_again"),
    path("users/invitations/<uuid:pk>/revoke", invitations.revoke, name="revoke_invitation"),
    path("users/<uuid:pk>/", users.person, name="user"),
    path("users/<uuid:pk>/picture", avatars.avatar, name="avatar"),
    path("users/<uuid:pk>/sessions/", users.person_sessions, name="user_sessions"),
    path("users/<uuid:pk>/sessions/<uuid:session_pk>/end", users.end_session, name="end_session"),
    path("users/<uuid:pk>/<slug:verb>", users.act, name="user_act"),
]
