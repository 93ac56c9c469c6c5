"""What the search finds, and what it must not; on both databases."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from conversations import lists, search, search_tables
from conversations.access import visible_conversations
from conversations.actions import conversations as actions
from conversations.actions.customers import merge
from conversations.list_filters import ListFilter
from conversations.models import Conversation, Message, SenderKind, State, Status
from conversations.tests.factories import (
    ContactFactory,
    ConversationFactory,
    CustomerFactory,
    InboundMessageFactory,
)

pytestmark = pytest.mark.django_db
ODD_WORDS = [
    "'", '"', "''", "%", "_", "\\", "&", "|", "!", "(", ")", ":*", "a:*", "AND", "OR NOT", "NEAR(a b)",
    "body:", "*", "-x", "^x", "~", "a' OR 1=1 --", '"aberto', "x\0y", "\0", "😀", "😀 internet 😀",
    "\u202e", "á" * 2000, "a " * 1000, "<script>", "{x}", "%s %(x)s", "--", "0", "55", "é",
]  # fmt: skip


def say(conversation, body, **facts):
    return InboundMessageFactory(conversation=conversation, body=body, **facts)


def found(user, words, **facts):
    page = lists.page_for(user, ListFilter(tab="all", search=words, **facts))
    return [row.customer.name for row in page.rows]


def page_of(client, words, **query):
    query = {"tab": "all", "search": words, **query}
    return client.get(reverse("conversations:inbox"), query).content.decode()


def closed(contact, queue, body, **facts):
    conversation = ConversationFactory(contact=contact, queue=queue, state=State.CLOSED, **facts)
    say(conversation, body)
    return conversation


@pytest.mark.parametrize(
    "words",
    ["roteador", "ROTEADOR", "rotea", "roteadores", "instalação", "instalacao", "instalações",
     "INSTALACOES", "instal", "da instalação do rot", "pisca vermelha", "8812"],
)  # fmt: skip
def test_a_message_is_found_by_its_words_without_accents_and_while_one_types(
    ana, conversation, words
):
    say(conversation, "Depois da instalação do roteador a luz vermelha pisca, OS 881234")
    assert found(ana, words) == ["Zeca Pereira"]


def test_all_words_must_be_there(ana, conversation):
    say(conversation, "O roteador não liga")
    assert found(ana, "roteador liga") == ["Zeca Pereira"]
    assert found(ana, "roteador fatura") == []


@pytest.mark.parametrize(
    "words",
    ["zeca", "PEREIRA", "pereira zeca", "ereir", "11 98765-4321", "(11) 8765-4321", "011 98765",
     "+55 11 8765", "87654321", "11987654321", "5511", "118765"],
)  # fmt: skip
def test_a_customer_is_found_by_name_and_any_way_of_writing_the_phone(ana, conversation, words):
    assert found(ana, words) == ["Zeca Pereira"]


def test_a_name_is_found_without_its_accents(ana, channel, support):
    customer = CustomerFactory(name="José Conceição")
    ConversationFactory(contact=ContactFactory(channel=channel, customer=customer), queue=support)
    assert found(ana, "jose conceicao") == found(ana, "Conceição") == ["José Conceição"]


@pytest.mark.parametrize("words", ["123.456.789-09", "12345678909"])
def test_a_customer_is_found_by_the_whole_document(ana, conversation, zeca, words):
    zeca.document = "12345678909"
    zeca.save()
    assert found(ana, words) == ["Zeca Pereira"]
    assert found(ana, words[:-1]) == []


@pytest.mark.parametrize("words", ["20261005-000042", "20261005", "#20261005-000042"])
def test_a_conversation_is_found_by_its_protocol(ana, conversation, words):
    Conversation.objects.update(protocol="20261005-000042")
    assert found(ana, words) == ["Zeca Pereira"]


@pytest.mark.parametrize("words", ODD_WORDS)
def test_no_words_are_an_error(client_of, ana, conversation, words):
    say(conversation, "Estou sem internet 😀")
    for tab in ("all", "waiting"):
        address = reverse("conversations:inbox")
        answer = client_of(ana).get(address, {"tab": tab, "search": words})
        assert answer.status_code == 200
    hits = search.found(visible_conversations(ana), words)
    assert len(hits.words) <= search.MOST_WORDS


def test_a_percent_sign_is_no_placeholder(ana, conversation):
    assert found(ana, "%%%%") == found(ana, "maria%") == []


def test_closed_conversations_are_found_among_all_and_nowhere_else(ana, contact, support):
    closed(contact, support, "Troquei de roteador")
    assert found(ana, "roteador") == ["Zeca Pereira"]
    for tab in ("mine", "waiting", "bot"):
        assert not lists.page_for(ana, ListFilter(tab=tab, search="roteador")).rows
    assert lists.page_for(ana, ListFilter(tab="closed", search="roteador")).rows
    assert not lists.page_for(ana, ListFilter(tab="all")).rows


def test_what_is_found_is_the_newest_first_and_pages_go_on(ana, channel, support):
    now = timezone.now()
    for age in range(40):
        contact = ContactFactory(channel=channel, customer=CustomerFactory(name=f"C{age:02d}"))
        at = now - timedelta(days=age * 30)
        conversation = ConversationFactory(
            contact=contact, queue=support, opened_at=at, last_message_at=at,
            state=State.CLOSED if age % 2 else State.BOT,
        )  # fmt: skip
        say(conversation, "fibra rompida", sort_at=at)
    first = lists.page_for(ana, ListFilter(tab="all", search="fibra"))
    rest = lists.page_for(ana, ListFilter(tab="all", search="fibra", after=first.after))
    names = [row.customer.name for row in first.rows + rest.rows]
    assert names == [f"C{age:02d}" for age in range(40)]
    assert not rest.after


def test_many_hits_in_one_conversation_are_one_row_with_the_newest(ana, conversation):
    now = timezone.now()
    for age in range(5):
        newest = say(conversation, f"boleto {age}", sort_at=now - timedelta(days=5 - age))
    (row,) = lists.page_for(ana, ListFilter(tab="all", search="boleto")).rows
    assert row.found_message == newest.pk
    assert row.excerpt == "<mark>boleto</mark> 4"


def test_only_the_newest_are_looked_for(ana, channel, support, monkeypatch):
    monkeypatch.setattr(search, "MOST", 3)
    for number in range(5):
        contact = ContactFactory(channel=channel, customer=CustomerFactory(name=f"C{number}"))
        at = timezone.now() - timedelta(hours=5 - number)
        say(
            ConversationFactory(contact=contact, queue=support, opened_at=at, last_message_at=at),
            "sem sinal",
            sort_at=at,
        )
    page = lists.page_for(ana, ListFilter(tab="all", search="sinal"))
    assert [row.customer.name for row in page.rows] == ["C4", "C3", "C2"]
    assert page.is_cut


def test_words_of_another_queue_are_no_hit(bruno, celia, ana, conversation):
    say(conversation, "roteador secreto")
    assert found(celia, "secreto") == found(ana, "secreto") == ["Zeca Pereira"]
    assert found(bruno, "secreto") == found(bruno, "Zeca") == found(bruno, "98765") == []


def test_filters_hold_while_one_searches(celia, conversation, support, finance):
    say(conversation, "roteador")
    assert found(celia, "roteador", queue=support.pk)
    assert not found(celia, "roteador", queue=finance.pk)


def test_a_note_is_found_by_those_who_see_the_conversation(ana, bruno, vera, conversation):
    say(conversation, "cliente ligou furioso", is_note=True, sender=SenderKind.AGENT)
    assert found(ana, "furioso") == found(vera, "furioso") == ["Zeca Pereira"]
    assert not found(bruno, "furioso")


def test_an_edited_message_is_found_by_what_it_says_now(ana, conversation):
    message = say(conversation, "palavra antiga")
    message.body = "expressão nova"
    message.save(update_fields=["body"])
    assert not found(ana, "antiga")
    assert found(ana, "expressao")


def test_a_deleted_message_is_not_found(ana, conversation):
    message = say(conversation, "apague isto")
    Message.objects.filter(pk=message.pk).update(revoked_at=timezone.now())
    assert not found(ana, "apague")
    Message.objects.filter(pk=message.pk).update(body="outra coisa", revoked_at=None)
    assert not found(ana, "apague")
    assert found(ana, "outra coisa")
    message.delete()
    assert not found(ana, "outra coisa")


def test_a_status_changes_nothing_about_what_is_found(ana, conversation):
    message = say(conversation, "chave do portal")
    Message.objects.filter(pk=message.pk).update(status=Status.READ, version=7)
    assert found(ana, "portal")


def test_joined_customers_are_found_by_either_name_and_number(celia, conversation, zeca, channel):
    other = CustomerFactory(name="Zeca do Bar", phone="+5511955554444")
    merge(other, into=zeca, by=celia)
    say(conversation, "sou eu mesmo")
    assert found(celia, "95555-4444") == found(celia, "eu mesmo") == ["Zeca Pereira"]


def test_an_excerpt_shows_the_hit_and_escapes_what_was_written(client_of, ana, conversation):
    message = say(conversation, '<img src=x> & "roteador" <b>roteadores</b> </mark><script>')
    page = page_of(client_of(ana), "roteador")
    assert "&lt;img src=x&gt; &amp; &quot;<mark>roteador</mark>&quot;" in page
    assert "&lt;b&gt;<mark>roteadores</mark>&lt;/b&gt; &lt;/mark&gt;&lt;script&gt;" in page
    assert "<img src=x" not in page
    assert f"&amp;at={message.pk}" in page


@pytest.mark.parametrize(
    "body, words, shown",
    [
        (
            "a " * 60 + "o técnico veio",
            "tecnico",
            "…a a a a a a a a a a o <mark>técnico</mark> veio",
        ),
        ("linha um\nlinha dois", "dois", "linha um linha <mark>dois</mark>"),
        ("Instalação feita", "instalacoes", "<mark>Instalação</mark> feita"),
        ("nada disso", "xyz", "nada disso"),
    ],
)
def test_an_excerpt_begins_shortly_before_the_hit(body, words, shown):
    assert search.excerpt(body, search.words_of(words)) == shown


def test_the_words_stay_in_the_links_and_nothing_found_says_what_to_do(
    client_of, ana, conversation
):
    page = page_of(client_of(ana), "inexistente")
    assert "Nothing found" in page and "Open and closed conversations were searched" in page
    assert "tab=closed&amp;search=inexistente" in page
    assert "The tab All finds" in page_of(client_of(ana), "inexistente", tab="waiting")


def test_the_form_begins_among_all(client_of, ana, conversation):
    page = client_of(ana).get(reverse("conversations:inbox"), {"tab": "waiting"}).content.decode()
    assert '<input type="hidden" name="tab" value="all">' in page


@pytest.mark.parametrize("rows", [1, 12])
def test_a_search_asks_the_database_the_same_few_times(
    client_of, ana, channel, support, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        contact = ContactFactory(channel=channel)
        say(ConversationFactory(contact=contact, queue=support), "estou sem internet")
    client = client_of(ana)
    page_of(client, "internet")
    with django_assert_max_num_queries(12) as asked:
        page = page_of(client, "internet 8001")
    assert asked and page
    with django_assert_max_num_queries(12) as few:
        assert page_of(client, "internet").count('class="convo"') == rows
    test_a_search_asks_the_database_the_same_few_times.asked.add(len(few.captured_queries))
    assert len(test_a_search_asks_the_database_the_same_few_times.asked) == 1


test_a_search_asks_the_database_the_same_few_times.asked = set()


def test_what_is_taken_stays_found(ana, conversation):
    say(conversation, "porta do roteador")
    actions.take(conversation, by=ana)
    assert lists.page_for(ana, ListFilter(tab="mine", search="porta")).rows


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no triggers for this")
def test_an_index_without_its_triggers_is_made_anew(ana, conversation):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER conversations_words_insert")
    say(conversation, "palavra perdida")
    assert not found(ana, "perdida")
    assert search_tables.mend(connection)
    assert found(ana, "perdida")
    assert not search_tables.mend(connection)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads its index in order")
def test_postgresql_answers_from_its_index(conversation, ana):
    say(conversation, "roteador")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM conversations_message WHERE revoked_at IS NULL AND body <> ''"
            " AND conversations_words(body, sort_at) @@ conversations_query('roteador')"
        )
        plan = str(cursor.fetchall())
    assert "conversations_message_words" in plan
