import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from accounts.backends import EmailOrUsernameBackend
from accounts.roles import ROLE_PERMISSIONS

WRITING = ("conversations.change_conversation", "conversations.add_message")


@pytest.mark.parametrize("permission", WRITING)
def test_agents_supervisors_and_admins_work_on_conversations_viewers_read(cast, permission):
    assert cast.ana.has_perm(permission)
    assert cast.celia.has_perm(permission)
    assert cast.davi.has_perm(permission)
    assert not cast.vera.has_perm(permission)
    assert cast.vera.has_perm("conversations.view_conversation")


def test_supervisors_configure_queues_but_neither_users_nor_the_site(celia):
    assert celia.has_perm("conversations.change_queue")
    assert celia.has_perm("conversations.change_channel")
    for permission in ("accounts.change_user", "accounts.add_user", "accounts.view_sitesetting"):
        assert not celia.has_perm(permission)


def test_agents_configure_nothing_and_do_not_enter_the_admin(ana, vera):
    for user in (ana, vera):
        assert not user.is_staff
        assert not user.has_perm("conversations.change_queue")


def test_administrators_may_do_everything_in_every_app(davi):
    assert davi.has_perm("accounts.delete_user")
    assert davi.has_module_perms("bots")


def test_nobody_inactive_or_anonymous_may_do_anything(davi):
    davi.is_active = False
    backend = EmailOrUsernameBackend()
    for user in (davi, AnonymousUser()):
        assert not backend.has_perm(user, "conversations.view_queue")
        assert not backend.has_module_perms(user, "conversations")
        assert not backend.get_all_permissions(user)


def test_every_permission_of_a_role_names_a_model_that_exists(db):
    existing = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    named = frozenset.union(*ROLE_PERMISSIONS.values())
    # Reports have no table of their own yet that the right to read them could hang on.
    assert named - existing - {"reports.view_report"} == set()
