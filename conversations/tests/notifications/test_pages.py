"""The bell, the list behind it, and having read it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from conversations.actions.notifications import notify
from conversations.models import Notification
from conversations.notification_list import PAGE_LENGTH

PAGE = "/notifications/"


def tell(user, conversation, count=1, kind="mentioned", **facts):
    for _number in range(count):
        notify([user.pk], kind, cause=str(uuid4()), conversation=conversation, **facts)


def bell(client):
    return client.get(f"{PAGE}?part=bell", headers={"HX-Request": "true"}).content.decode()


def test_the_bell_counts_what_is_unread_and_says_of_which_conversations(
    ana, conversation, client_of
):
    client = client_of(ana)
    assert "hidden" in bell(client)
    tell(ana, conversation, 2)
    shown = bell(client)
    assert 'data-unread="2"' in shown
    assert f'data-about="{conversation.pk}"' in shown


def test_more_than_the_bell_counts_is_said_so(ana, conversation, client_of):
    tell(ana, conversation, 101)
    assert ">99+<" in bell(client_of(ana))


def test_a_line_says_who_did_what_and_leads_there(ana, celia, conversation, client_of):
    tell(ana, conversation, actor=celia)
    client = client_of(ana)
    page = client.get(PAGE).content.decode()
    assert "Célia Ramos mentioned you in a note on Zeca Pereira" in page
    notification = Notification.objects.get()
    answer = client.get(reverse("conversations:notification", args=[notification.pk]))
    assert answer.url == reverse("conversations:conversation", args=[conversation.pk])
    assert not Notification.objects.unread().exists()


def test_older_ones_come_by_keyset_each_once(ana, conversation, client_of):
    tell(ana, conversation, PAGE_LENGTH + 5)
    client = client_of(ana)
    first = client.get(PAGE).context
    tell(ana, conversation)
    rest = client.get(f"{PAGE}?before={first['older']}", headers={"HX-Request": "true"}).context
    ids = [line.notification.pk for line in [*first["lines"], *rest["lines"]]]
    assert len(ids) == len(set(ids)) == PAGE_LENGTH + 5
    assert rest["older"] is None


def test_the_list_costs_the_same_whatever_stands_in_it(
    ana, celia, conversation, client_of, django_assert_num_queries
):
    from conversations.notification_list import page_of

    tell(ana, conversation, 2, actor=celia)
    with django_assert_num_queries(1):
        page_of(ana)
    tell(ana, conversation, 20, actor=celia)
    with django_assert_num_queries(1):
        page_of(ana)


def test_reading_all_leaves_what_came_since(ana, conversation, client_of):
    tell(ana, conversation, 3)
    newest = Notification.objects.newest_first().first()
    tell(ana, conversation)
    client_of(ana).post(reverse("conversations:read_all_notifications"), {"through": newest.pk})
    assert Notification.objects.unread().count() == 1


def test_looking_at_a_conversation_reads_what_one_has_of_it_and_nobody_elses(
    ana, celia, conversation, client_of
):
    tell(ana, conversation)
    tell(celia, conversation)
    address = reverse("conversations:read_notifications")
    client_of(ana).post(address, {"conversation": conversation.pk})
    assert Notification.objects.unread().get().user == celia


def test_nobody_sees_reads_or_follows_anothers(ana, celia, conversation, client_of):
    tell(ana, conversation)
    notification = Notification.objects.get()
    client = client_of(celia)
    for name in ("notification", "read_notification"):
        address = reverse(f"conversations:{name}", args=[notification.pk])
        assert client.get(address).status_code in (404, 405)
        assert client.post(address).status_code in (404, 405)
    assert "Zeca" not in client.get(PAGE).content.decode()
    assert Notification.objects.unread().exists()


def test_what_one_may_no_longer_read_is_told_no_longer(ana, conversation, client_of, finance):
    tell(ana, conversation)
    conversation.queue = finance
    conversation.save()
    client = client_of(ana)
    assert "Zeca" not in client.get(PAGE).content.decode()
    assert 'data-unread="0"' in bell(client)


def test_without_any_the_page_says_what_comes_here(ana, client_of):
    page = client_of(ana).get(PAGE).content.decode()
    assert "Nothing new" in page


@pytest.mark.parametrize("rubbish", ["", "x", "0" * 400, "a\0b"])
def test_rubbish_is_refused_or_passed_over(ana, client_of, rubbish):
    client = client_of(ana)
    assert client.get(PAGE, {"before": rubbish}).status_code == 200
    for name, field in (
        ("read_notifications", "conversation"),
        ("read_all_notifications", "through"),
    ):
        address = reverse(f"conversations:{name}")
        assert client.post(address, {field: rubbish}).status_code == 400
