"""Pages of customers: the list, the profile, fields edited in place, notes, consents, blocking."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, SiteSetting
from conversations import panel_slots
from conversations.models import (
    AttributeDefinition,
    Consent,
    Conversation,
    Customer,
    CustomerNote,
    State,
    Tag,
)
from conversations.tests.factories import (
    ContactFactory,
    ConversationFactory,
    CustomerFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address(name, *args):
    return reverse(f"conversations:{name}", args=[getattr(arg, "pk", arg) for arg in args])


def seen_in(answer) -> str:
    """The stamp that a field's form carries."""
    return answer.context["seen"]


def saved(client, customer, field, value, **more):
    form = client.get(address("customer_field", customer, field) + "?edit", headers=HTMX)
    data = {"value": value, "seen": seen_in(form), **more}
    return client.post(address("customer_field", customer, field), data, headers=HTMX)


# --- Who sees them


@pytest.mark.parametrize(
    "name", ["customer", "customer_timeline", "customer_files", "join_customer"]
)
def test_a_customer_of_another_queue_is_not_there(name, bruno, client_of, conversation, zeca):
    assert client_of(bruno).get(address(name, zeca)).status_code == 404
    assert client_of(bruno).get(address(name, uuid4())).status_code == 404


def test_a_customer_without_a_conversation_is_seen_by_the_right_to_see_all(celia, davi, client_of):
    imported = CustomerFactory(name="Nunca Escreveu")
    assert client_of(davi).get(address("customer", imported)).status_code == 200
    assert client_of(celia).get(address("customer", imported)).status_code == 404


def test_a_setting_lets_supervisors_see_all_customers(celia, ana, client_of):
    imported = CustomerFactory(name="Nunca Escreveu")
    SiteSetting.objects.create(key="supervisors_see_all_customers", value=True)
    assert client_of(celia).get(address("customer", imported)).status_code == 200
    assert client_of(ana).get(address("customer", imported)).status_code == 404


def test_opening_a_profile_is_written_down(ana, client_of, conversation, zeca):
    client_of(ana).get(address("customer", zeca))
    assert AuditEntry.objects.get(kind="customer_opened").target_id == str(zeca.pk)


def test_viewers_read_and_change_nothing(vera, client_of, conversation, zeca):
    client = client_of(vera)
    page = client.get(address("customer", zeca)).content.decode()
    assert "Zeca Pereira" in page
    assert "?edit" not in page
    assert client.get(address("customer_field", zeca, "plan") + "?edit").status_code == 403
    for name in ("block_customer", "customer_notes", "customer_consents", "join_customer"):
        assert client.post(address(name, zeca)).status_code == 403


# --- The list


@pytest.mark.parametrize(
    "words",
    [
        "zeca", "PEREIRA zeca", "+55 (11) 98765-4321", "11 98765-4321", "1187654321", "8765-4321",
        "98765", "529.982.247-25", "C-77", "campin",
    ],
)  # fmt: skip
def test_a_customer_is_found_by_whatever_is_known_of_them(
    ana, client_of, conversation, zeca, words
):
    other = ContactFactory(channel=conversation.channel, customer__name="Outra Pessoa")
    ConversationFactory(contact=other, queue=conversation.queue)
    Customer.objects.filter(pk=zeca.pk).update(contract="C-77", city="Campinas")
    zeca.refresh_from_db()
    zeca.document = "52998224725"
    zeca.save()
    page = client_of(ana).get(address("customers"), {"q": words})
    assert [row.pk for row in page.context["page"].rows] == [zeca.pk]


def test_nobody_is_found_with_words_that_fit_nobody(ana, client_of, conversation):
    page = client_of(ana).get(address("customers"), {"q": "\0 não há"})
    assert page.context["page"].rows == []
    assert client_of(ana).get(address("customers"), {"after": "%%%", "tag": "x"}).status_code == 200


def test_filters_of_the_list(davi, client_of, zeca):
    vip = Tag.objects.create(name="VIP")
    zeca.tags.add(vip)
    Customer.objects.filter(pk=zeca.pk).update(city="Campinas")
    nameless = CustomerFactory(phone=None)
    for query, expected in [
        ({"tag": vip.pk}, zeca), ({"city": "campinas"}, zeca), ({"no_phone": "1"}, nameless),
    ]:  # fmt: skip
        rows = client_of(davi).get(address("customers"), query).context["page"].rows
        assert [row.pk for row in rows] == [expected.pk]
    assert client_of(davi).get(address("customers"), {"blocked": "1"}).context["page"].rows == []


@pytest.mark.parametrize("sort", ["newest", "name", "city"])
def test_every_customer_stands_on_exactly_one_page(davi, client_of, sort, monkeypatch):
    monkeypatch.setattr("conversations.customer_list.PER_PAGE", 3)
    for number in range(8):
        CustomerFactory(name=f"Nome {number % 3}", city="")
    client, query, seen = client_of(davi), f"sort={sort}", []
    while query:
        page = client.get(f"{address('customers')}?{query}").context["page"]
        seen += [row.pk for row in page.rows]
        query = page.next
    assert len(seen) == Customer.objects.count() == 9  # Zeca is the ninth
    assert set(seen) == set(Customer.objects.values_list("pk", flat=True))


def test_the_list_asks_as_often_for_many_as_for_few(
    ana, client_of, conversation, django_assert_num_queries, django_assert_max_num_queries
):
    client = client_of(ana)
    client.get(address("customers"))
    with django_assert_max_num_queries(30) as few:
        client.get(address("customers"))
    for _number in range(5):
        contact = ContactFactory(channel=conversation.channel)
        ConversationFactory(contact=contact, queue=conversation.queue)
        contact.customer.tags.add(Tag.objects.create(name=str(contact.pk)[-30:]))
    with django_assert_num_queries(len(few)):
        client.get(address("customers"))


def test_chosen_customers_get_a_tag_and_foreign_ones_do_not(ana, client_of, conversation, zeca):
    foreign, vip = CustomerFactory(), Tag.objects.create(name="VIP")
    data = {"customer": [str(zeca.pk), str(foreign.pk), "rubbish"], "tag": vip.pk, "act": "add"}
    assert client_of(ana).post(address("tag_customers"), data).status_code == 302
    client_of(ana).post(address("tag_customers"), data)
    assert (list(zeca.tags.all()), list(foreign.tags.all())) == ([vip], [])
    client_of(ana).post(address("tag_customers"), data | {"act": "remove"})
    assert not zeca.tags.exists()


# --- Fields in place


@pytest.mark.parametrize(
    ("field", "written", "stored"),
    [
        ("name", "José da Silva", "José da Silva"), ("plan", "Fibra 600", "Fibra 600"),
        ("due_day", "10", 10), ("email", "ze@exemplo.test", "ze@exemplo.test"),
        ("document", "529.982.247-25", "52998224725"), ("phone", "(11) 8765-4322", "+5511987654322"),
        ("city", "", ""),
    ],
)  # fmt: skip
def test_a_field_is_saved_in_place(ana, client_of, conversation, zeca, field, written, stored):
    answer = saved(client_of(ana), zeca, field, written)
    zeca.refresh_from_db()
    assert (answer.status_code, getattr(zeca, field)) == (200, stored)


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("due_day", "32"), ("email", "nada"), ("document", "529.982.247-24"), ("phone", "1234"),
        ("plan", "x" * 81),
    ],
)  # fmt: skip
def test_what_cannot_be_stays_in_the_form_with_words_beside_it(
    ana, client_of, conversation, zeca, field, written
):
    before = getattr(zeca, field)
    answer = saved(client_of(ana), zeca, field, written)
    zeca.refresh_from_db()
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert written in answer.content.decode()
    assert getattr(zeca, field) == before


@pytest.mark.parametrize(
    ("kind", "written", "stored", "bad"),
    [
        ("text", "Casa azul", "Casa azul", "x" * 201), ("number", "2.5", 2.5, "muitos"),
        ("date", "2026-11-21", "2026-11-21", "ontem"), ("boolean", "no", False, "talvez"),
        ("choice", "ONU", "ONU", "Rádio"),
    ],
)  # fmt: skip
def test_an_attribute_takes_what_its_type_allows(
    ana, client_of, conversation, zeca, kind, written, stored, bad
):
    AttributeDefinition.objects.create(key="own", name="Próprio", kind=kind, choices=["ONU"])
    client = client_of(ana)
    assert saved(client, zeca, "attribute:own", written).status_code == 200
    zeca.refresh_from_db()
    assert zeca.attributes == {"own": stored}
    assert saved(client, zeca, "attribute:own", bad).status_code == 422
    assert saved(client, zeca, "attribute:own", "").status_code == 200
    zeca.refresh_from_db()
    assert zeca.attributes == {}


def test_an_attribute_that_nobody_has_defined_is_not_there(ana, client_of, conversation, zeca):
    for field in ("attribute:none", "attributes", "blocked_at"):
        assert client_of(ana).get(address("customer_field", zeca, field)).status_code == 404


def test_a_number_of_another_customer_is_refused(ana, client_of, conversation, zeca):
    other = CustomerFactory(phone="+5511988887777")
    answer = saved(client_of(ana), zeca, "phone", other.phone)
    assert answer.status_code == 422
    zeca.refresh_from_db()
    assert zeca.phone == "+5511987654321"


def test_two_editors_do_not_overwrite_each_other_unseen(ana, celia, client_of, conversation, zeca):
    form = client_of(ana).get(address("customer_field", zeca, "plan") + "?edit", headers=HTMX)
    saved(client_of(celia), zeca, "plan", "Fibra 300")
    data = {"value": "Fibra 900", "seen": seen_in(form)}
    refused = client_of(ana).post(address("customer_field", zeca, "plan"), data, headers=HTMX)
    zeca.refresh_from_db()
    assert (refused.status_code, zeca.plan) == (422, "Fibra 300")
    assert "Fibra 300" in refused.content.decode()
    data["seen"] = seen_in(refused)  # having read it, she may
    client_of(ana).post(address("customer_field", zeca, "plan"), data, headers=HTMX)
    zeca.refresh_from_db()
    assert zeca.plan == "Fibra 900"


def test_a_change_is_audited_and_stands_in_the_timeline(ana, client_of, conversation, zeca):
    client = client_of(ana)
    saved(client, zeca, "plan", "Fibra 600")
    saved(client, zeca, "document", "52998224725")
    entries = AuditEntry.objects.filter(kind="customer_changed", target_id=str(zeca.pk))
    assert {entry.actor_id for entry in entries} == {ana.pk}
    page = client.get(address("customer", zeca) + "?show=changes").content.decode()
    assert "Fibra 600" in page
    assert "52998224725" not in page


def test_the_form_never_holds_the_document_and_empty_keeps_it(ana, client_of, conversation, zeca):
    zeca.document = "52998224725"
    zeca.save()
    client = client_of(ana)
    form = client.get(address("customer_field", zeca, "document") + "?edit", headers=HTMX)
    assert "52998224725" not in form.content.decode()
    saved(client, zeca, "document", "")
    zeca.refresh_from_db()
    assert zeca.document == "52998224725"
    saved(client, zeca, "document", "", remove="1")
    zeca.refresh_from_db()
    assert (zeca.document, zeca.document_hash) == ("", "")


def test_pages_of_the_conversation_hear_of_a_change(ana, client_of, conversation, zeca):
    before = conversation.version
    saved(client_of(ana), zeca, "name", "José")
    conversation.refresh_from_db()
    zeca.refresh_from_db()
    changes = client_of(ana).get(address("changes", conversation), {"since": before})
    assert conversation.version > before
    assert f'data-customer="{zeca.version}"' in changes.content.decode()
    panel = client_of(ana).get(address("panel", conversation), headers=HTMX).content.decode()
    assert "José" in panel
    assert f'data-version="{zeca.version}"' in panel


# --- Notes, consents, blocking


def test_notes_are_their_authors_to_change(ana, celia, client_of, conversation, zeca):
    client = client_of(ana)
    client.post(address("customer_notes", zeca), {"body": "Liga depois das 18h"}, headers=HTMX)
    client.post(address("customer_notes", zeca), {"body": "Liga depois das 18h"}, headers=HTMX)
    note = CustomerNote.objects.get()
    assert client_of(celia).get(address("customer", zeca)).content.count(b"Liga depois") == 2
    assert client_of(celia).post(address("customer_note", note), {"body": "x"}).status_code == 403
    client.post(address("customer_note", note), {"body": "Depois das 19h"}, headers=HTMX)
    note.refresh_from_db()
    assert (note.body, note.edited_at is not None) == ("Depois das 19h", True)
    client.post(address("customer_note", note), {"delete": "1"}, headers=HTMX)
    assert not CustomerNote.objects.exists()


@pytest.mark.parametrize("body", ["  ", "x" * 4001, "x" * 20_001])
def test_a_note_that_cannot_be_keeps_its_form(ana, client_of, conversation, zeca, body):
    answer = client_of(ana).post(address("customer_notes", zeca), {"body": body}, headers=HTMX)
    assert answer.status_code == 422
    assert not CustomerNote.objects.exists()


def test_an_answer_is_a_new_row_of_the_ledger(ana, client_of, conversation, zeca):
    client, where = client_of(ana), address("customer_consents", zeca)
    yes = {"purpose": "marketing", "given": "yes", "text": "Pode mandar"}
    assert client.post(where, yes, headers=HTMX).status_code == 200
    assert client.post(where, yes, headers=HTMX).status_code == 422  # it was not the latest's word
    first = Consent.objects.get()
    no = {"purpose": "marketing", "given": "no", "text": "Agora não", "seen": str(first.pk)}
    assert client.post(where, no, headers=HTMX).status_code == 200
    rows = Consent.objects.order_by("occurred_at").values_list("given", "how", "text_shown")
    assert list(rows) == [(True, "agent", "Pode mandar"), (False, "agent", "Agora não")]
    assert client.post(where, no | {"text": ""}, headers=HTMX).status_code == 422


def test_whoever_blocks_comes_back_to_where_they_were(ana, client_of, conversation, zeca):
    back = address("conversation", conversation)
    data = {"block": "1", "next": "https://evil.test/"}
    assert client_of(ana).post(address("block_customer", zeca), data).url == address(
        "customer", zeca
    )
    answer = client_of(ana).post(address("block_customer", zeca), {"unblock": "1", "next": back})
    zeca.refresh_from_db()
    assert (answer.url, zeca.blocked_at) == (back, None)
    conversation.refresh_from_db()
    assert conversation.state == State.CLOSED


# --- The profile


def test_conversations_of_foreign_queues_are_a_line_without_contents(
    ana, client_of, conversation, contact, finance
):
    foreign = ConversationFactory(
        contact=contact, queue=finance, state=State.CLOSED, last_message_preview="segredo"
    )
    for page in (address("customer", contact.customer), address("details", conversation)):
        html = client_of(ana).get(page).content.decode()
        assert foreign.protocol in html
        assert "Financeiro" in html
        assert str(foreign.pk) not in html
        assert "segredo" not in html


def test_the_timeline_goes_on_where_it_ended(ana, client_of, conversation, zeca):
    for number in range(45):
        CustomerNote.objects.create(customer=zeca, author=ana, body=f"nota {number}")
    client, before, seen = client_of(ana), "", []
    while True:
        query = {"show": "notes", "before": before}
        page = client.get(address("customer_timeline", zeca), query).context["timeline"]
        seen += [entry.row.body for entry in page.entries]
        before = page.before
        if not before:
            break
    assert seen == [f"nota {number}" for number in reversed(range(45))]


class Card:
    template, position = "conversations/customers/_field.html", 1

    def __init__(self, facts):
        self._facts = facts

    def facts(self, customer, user):
        return self._facts(customer, user)


def test_a_card_of_a_floor_above_is_shown_and_a_broken_one_left_out(zeca, ana):
    panel_slots.register("erp", Card(lambda customer, user: {"name": customer.name}))
    panel_slots.register("broken", Card(lambda customer, user: 1 / 0))
    panel_slots.register("nothing", Card(lambda customer, user: None))
    try:
        (card,) = panel_slots.cards_for(zeca, ana)
        assert (card.name, card.facts) == ("erp", {"name": "Zeca Pereira"})
    finally:
        for name in ("erp", "broken", "nothing"):
            panel_slots.unregister(name)


# --- Writing first


def test_writing_first_opens_a_conversation_of_ones_own(ana, client_of, contact, channel, zeca):
    ConversationFactory(contact=contact, state=State.CLOSED)
    answer = client_of(ana).post(address("write_to_customer", zeca), {"channel": channel.pk})
    opened = Conversation.objects.open().get()
    assert answer.url == address("conversation", opened)
    assert (opened.assignee, opened.state, opened.queue.name) == (ana, State.ACTIVE, "Suporte")
    client_of(ana).post(address("write_to_customer", zeca), {"channel": channel.pk})
    assert Conversation.objects.open().get() == opened


def test_a_new_number_becomes_a_customer_with_a_conversation(ana, client_of, channel):
    data = {"phone": "(11) 91234-5678", "name": "Nova Cliente", "channel": channel.pk}
    client_of(ana).post(address("new_customer"), data)
    opened = Conversation.objects.get()
    assert (opened.customer.name, opened.customer.phone) == ("Nova Cliente", "+5511912345678")
    assert opened.contact.send_to == "5511912345678"
    bad = client_of(ana).post(address("new_customer"), data | {"phone": "12"})
    assert b'role="alert"' in bad.content


def test_colleagues_of_another_queue_are_not_written_over(
    ana, client_of, conversation, contact, channel, finance, zeca
):
    conversation.state, conversation.closed_at = State.CLOSED, conversation.opened_at
    conversation.save()
    ConversationFactory(contact=contact, queue=finance, state=State.ACTIVE)
    client_of(ana).post(address("write_to_customer", zeca), {"channel": channel.pk})
    assert Conversation.objects.open().get().queue == finance


# --- The administration


def test_the_administration_sets_a_document_whose_digits_fit(davi, client_of, conversation, zeca):
    where = reverse("admin:conversations_customer_change", args=[zeca.pk])
    empty = {f"{name}-{count}": "0" for name in ("identities", "contacts")
             for count in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    for written, stored in [
        ("529.982.247-24", ""),
        ("529.982.247-25", "52998224725"),
        ("", "52998224725"),
    ]:
        client_of(davi).post(where, {"name": "Zeca", "new_document": written, **empty})
        zeca.refresh_from_db()
        assert zeca.document == stored
    assert "52998224725" not in client_of(davi).get(where).content.decode()
