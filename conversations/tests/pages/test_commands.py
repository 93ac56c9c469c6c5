"""The command bar: what it finds, and that it finds nothing one may not see."""

import pytest
from django.urls import reverse

from conversations.shortcuts import GROUPS, shortcuts_for
from conversations.tests.factories import ContactFactory, ConversationFactory, CustomerFactory
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


def bar(client, words="", **query):
    answer = client.get(reverse("conversations:commands"), {"q": words, **query}, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_customer_is_found_by_name_number_and_protocol(client_of, ana, conversation, zeca):
    path = reverse("conversations:conversation", args=[conversation.pk])
    for words in ("zeca", "PEREIRA", "98765-4321", conversation.protocol):
        assert path in bar(client_of(ana), words), words


def test_what_one_may_not_see_is_not_found(client_of, bruno, conversation):
    for words in ("zeca", conversation.protocol):
        assert str(conversation.pk) not in bar(client_of(bruno), words)


def test_a_customer_stands_there_once_with_the_newest_conversation(
    client_of, ana, conversation, channel
):
    ConversationFactory(contact=conversation.contact, state="closed")
    assert bar(client_of(ana), "zeca").count("/conversations/") == 1


def test_actions_of_the_open_conversation_and_of_none_else(client_of, ana, bruno, conversation):
    key = str(conversation.pk)
    assert 'data-press="t"' in bar(client_of(ana), conversation=key)
    assert "data-press" not in bar(client_of(ana))
    assert "data-press" not in bar(client_of(bruno), conversation=key)
    assert "data-press" not in bar(client_of(ana), conversation="rubbish")


def test_pages_are_those_of_the_role(client_of, ana, celia):
    tags = reverse("conversations:tags")
    assert f'data-href="{tags}"' in bar(client_of(celia))
    assert tags not in bar(client_of(ana))


@pytest.mark.parametrize("words", ["x" * 5000, "%_\\'\"", "\x00", "<b>", "zz no such thing zz"])
def test_whatever_is_typed_is_words(client_of, ana, words):
    html = bar(client_of(ana), words)
    assert "/conversations/" not in html and "<b>" not in html


def test_it_asks_as_much_for_many_as_for_one(
    client_of, ana, conversation, channel, django_assert_max_num_queries
):
    client = client_of(ana)
    for number in range(10):
        customer = CustomerFactory(name=f"Zeca {number}")
        ConversationFactory(contact=ContactFactory(customer=customer, channel=channel))
    with django_assert_max_num_queries(14):
        assert bar(client, "zeca").count('role="option"') == 8


def test_no_key_does_two_things():
    keys = [one.keys for group in GROUPS for one in group.shortcuts if one.does]
    assert len(keys) == len(set(keys))


def test_no_key_begins_a_sequence_and_does_something_itself():
    keys = {one.keys for group in GROUPS for one in group.shortcuts if one.does}
    assert not keys & {key.split(" ")[0] for key in keys if " " in key}


def test_the_help_lists_the_keys_of_everybody_and_no_page_of_others(ana, celia):
    of_ana = {one.keys for group in shortcuts_for(ana) for one in group.shortcuts}
    of_celia = {one.keys for group in shortcuts_for(celia) for one in group.shortcuts}
    assert of_celia - of_ana == {"g l", "g n"}
