"""Colleagues named in notes: who is meant, who hears of it, how it looks."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.safestring import SafeString

from conversations.actions.messages import add_note
from conversations.mentions import marked, mentioned
from conversations.models import Mention, Notification
from conversations.tests.pages.doors import HTMX
from helpdesk.testing.cast import create_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text, names",
    [
        ("@celia veja isto", ["celia"]),
        ("veja, @Célia.", ["celia"]),
        ("(@CELIA) e @ana", ["celia", "ana"]),
        ("@ana @Ana", ["ana"]),
        ("fale com ana@provedor.test", []),
        ("@anabela @", []),
        ("https://exemplo.test/@celia", ["celia"]),
    ],
)
def test_who_is_named(cast, text, names):
    assert [p.username for p in mentioned(text, [cast.ana, cast.celia])] == names


def test_a_first_name_of_two_names_both_and_a_username_only_one(cast, support):
    other = create_person("souza", "Célia Souza", "agent", support)
    assert set(mentioned("@célia", [cast.celia, other])) == {cast.celia}
    third = create_person("lima", "Bruno Alves", "agent", support)
    fourth = create_person("dias", "Bruno Dias", "agent", support)
    assert mentioned("@Bruno", [third, fourth]) == [third, fourth]


def test_named_colleagues_hear_of_it_once(conversation, ana, celia):
    token = uuid4()
    for _twice in range(2):
        note = add_note(conversation, by=ana, body="@celia e @ana, vejam", client_token=token)
    assert list(Mention.objects.values_list("message", "user")) == [(note.pk, celia.pk)]
    assert [row.user for row in Notification.objects.filter(kind="mentioned")] == [celia]


def test_who_does_not_see_the_conversation_is_not_named(conversation, ana, bruno):
    add_note(conversation, by=ana, body="@bruno olhe", client_token=uuid4())
    assert not Mention.objects.exists()
    assert not Notification.objects.filter(user=bruno).exists()


def test_names_are_marked_and_nothing_else_is(conversation, client_of, ana, celia):
    add_note(conversation, by=ana, body="@celia <b>@vera</b> @x", client_token=uuid4())
    page = client_of(ana).get(reverse("conversations:conversation", args=[conversation.pk]))
    html = page.content.decode()
    assert '<mark class="mention" title="Célia Ramos">@celia</mark>' in html
    assert "&lt;b&gt;" in html and "@x" in html


def test_an_address_is_never_broken_by_a_mark(celia):
    html = SafeString('<a href="https://x.test/@celia">https://x.test/@celia</a> @celia!')
    assert str(marked(html, [celia])).startswith('<a href="https://x.test/@celia">')


def test_the_list_to_complete_from_holds_those_who_see_the_conversation(
    conversation, client_of, ana, bruno
):
    address = reverse("conversations:colleagues", args=[conversation.pk])
    html = client_of(ana).get(address, headers=HTMX).content.decode()
    assert "Célia Ramos" in html and "Vera Nunes" in html and "Davi Rocha" in html
    assert "Bruno" not in html and "Ana Souza" not in html
    assert client_of(bruno).get(address).status_code == 404
