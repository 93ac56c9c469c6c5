"""What the buttons do: with HTMX a fragment of what changed, without it back to the page."""

from uuid import UUID

import pytest
from django.urls import reverse

from conversations.actions import conversations as actions
from conversations.models import ClosingReason, State
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


def press(client, conversation, name, data=None, **headers):
    address = reverse(f"conversations:{name}", args=[conversation.pk])
    return client.post(address, data or {}, headers=headers)


@pytest.fixture
def taken(conversation, ana):
    return actions.take(conversation, by=ana)


def test_taking_makes_it_mine_and_shows_what_changed(client_of, ana, conversation):
    answer = press(client_of(ana), conversation, "take", {"since": conversation.version}, **HTMX)
    conversation.refresh_from_db()
    assert conversation.assignee == ana and conversation.state == State.ACTIVE
    html = answer.content.decode()
    assert f'data-changes="{conversation.pk}"' in html
    assert f'data-assignee="{ana.pk}"' in html
    assert "Estou sem internet" not in html


def test_taking_without_htmx_leads_back_to_the_conversation(client_of, ana, conversation):
    answer = press(client_of(ana), conversation, "take")
    assert answer.url == reverse("conversations:conversation", args=[conversation.pk])


def test_who_comes_second_reads_who_was_first(client_of, celia, taken):
    answer = press(client_of(celia), taken, "take", **HTMX)
    assert answer.status_code == 409
    assert "Ana Souza" in answer.content.decode()


def test_without_htmx_a_refusal_stands_on_the_page(client_of, celia, taken):
    client = client_of(celia)
    answer = press(client, taken, "take")
    assert "Ana Souza" in client.get(answer.url).content.decode().split('id="toasts"')[1]


def test_transferring_to_a_queue_that_is_not_mine_takes_it_out_of_my_sight(
    client_of, ana, taken, finance
):
    data = {"target": f"queue:{finance.pk}", "reason": "boleto", "note": "já enviei a fatura"}
    html = press(client_of(ana), taken, "transfer", data, **HTMX).content.decode()
    taken.refresh_from_db()
    assert taken.queue == finance and taken.state == State.QUEUED
    assert f'data-left="{taken.pk}"' in html
    assert "data-changes" not in html


def test_transferring_to_a_person_gives_it_to_them(client_of, ana, taken, celia):
    data = {"target": f"agent:{celia.pk}", "reason": "caso difícil"}
    press(client_of(ana), taken, "transfer", data, **HTMX)
    taken.refresh_from_db()
    assert taken.assignee == celia


@pytest.mark.parametrize(
    "target", ["", "queue:", "queue:x", f"queue:{UUID(int=7)}", "planet:1", "agent:x"]
)
def test_transferring_to_nowhere_is_refused(client_of, ana, taken, target):
    data = {"target": target, "reason": "porque sim"}
    assert press(client_of(ana), taken, "transfer", data, **HTMX).status_code == 409


def test_transferring_wants_a_reason(client_of, ana, taken, finance):
    data = {"target": f"queue:{finance.pk}", "reason": " "}
    assert press(client_of(ana), taken, "transfer", data, **HTMX).status_code == 409
    taken.refresh_from_db()
    assert taken.assignee == ana


def test_the_dialog_offers_online_people_first(client_of, ana, taken, celia, davi):
    davi.availability, davi.full_name = "online", "Zuleica"
    davi.save()
    address = reverse("conversations:transfer", args=[taken.pk])
    html = client_of(ana).get(address, headers=HTMX).content.decode()
    assert html.index("Zuleica") < html.index("Célia Ramos")
    assert "Vera Nunes" not in html and "<html" not in html


@pytest.mark.parametrize("name", ["transfer", "return", "close"])
def test_each_dialog_is_a_page_too(client_of, ana, taken, name):
    page = client_of(ana).get(reverse(f"conversations:{name}", args=[taken.pk])).content.decode()
    assert "<html" in page and "csrfmiddlewaretoken" in page


def test_giving_back_puts_it_into_the_queue(client_of, ana, taken):
    press(client_of(ana), taken, "return", {"reason": "fim do turno"}, **HTMX)
    taken.refresh_from_db()
    assert taken.state == State.QUEUED and taken.assignee is None


def test_closing_keeps_reason_and_note(client_of, ana, taken, support):
    reason = ClosingReason.objects.create(name="Resolvido", queue=support)
    data = {"reason": reason.pk, "note": "roteador reiniciado", "says_goodbye": "on"}
    press(client_of(ana), taken, "close", data, **HTMX)
    taken.refresh_from_db()
    assert taken.state == State.CLOSED and taken.closing_reason == reason
    assert taken.events.get(kind="closed").note == "roteador reiniciado"


def test_a_reason_of_another_queue_is_refused(client_of, ana, taken, finance):
    foreign = ClosingReason.objects.create(name="Pago", queue=finance)
    assert press(client_of(ana), taken, "close", {"reason": foreign.pk}, **HTMX).status_code == 409


def test_only_the_holders_reading_counts(client_of, ana, celia, taken):
    press(client_of(celia), taken, "read", **HTMX)
    taken.refresh_from_db()
    assert taken.unread_count == 1
    press(client_of(ana), taken, "read", **HTMX)
    taken.refresh_from_db()
    assert taken.unread_count == 0
