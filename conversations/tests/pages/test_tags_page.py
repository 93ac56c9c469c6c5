"""The page of tags: made, renamed, coloured, joined and deleted by those who configure queues."""

import pytest
from django.urls import reverse

from conversations.models import Tag
from conversations.tests.factories import ConversationFactory, CustomerFactory
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_of, celia):
    return client_of(celia)


@pytest.fixture
def vip(db):
    return Tag.objects.create(name="VIP", hue=2)


def address(name, *args):
    return reverse(f"conversations:{name}", args=args)


def test_each_tag_with_how_often_it_is_used(desk, vip, conversation):
    conversation.tags.add(vip)
    CustomerFactory().tags.add(vip)
    html = desk.get(address("tags")).content.decode()
    row = html[html.index("VIP") : html.index("</tr>", html.index("VIP"))]
    assert row.count('<td class="n">1</td>') == 2


def test_the_page_asks_as_much_for_many_tags_as_for_one(desk, vip, django_assert_num_queries):
    desk.get(address("tags"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        desk.get(address("tags"))
    for number in range(20):
        ConversationFactory().tags.add(Tag.objects.create(name=f"Etiqueta {number}"))
    with django_assert_num_queries(len(few)):
        desk.get(address("tags"))


def test_the_empty_page_says_what_to_do(desk):
    assert "empty" in desk.get(address("tags")).content.decode()


def test_making_one(desk):
    desk.post(address("new_tag"), {"name": "  Sem   sinal ", "hue": "3"})
    assert list(Tag.objects.values_list("name", "hue")) == [("Sem sinal", 3)]


@pytest.mark.parametrize(
    "data", [{"name": "", "hue": "1"}, {"name": "vip", "hue": "1"}, {"name": "x" * 41, "hue": "1"},
             {"name": "Novo", "hue": "9"}, {}],
)  # fmt: skip
def test_rubbish_makes_none(desk, vip, data):
    desk.post(address("new_tag"), data, headers=HTMX)
    assert list(Tag.objects.all()) == [vip]


def test_a_name_that_is_taken_is_told_in_the_form(desk, vip):
    html = desk.post(address("new_tag"), {"name": "vip", "hue": "1"}).content.decode()
    assert 'aria-invalid="true"' in html


def test_renaming_and_colouring_keeps_what_has_it(desk, vip, conversation):
    conversation.tags.add(vip)
    desk.post(address("edit_tag", vip.pk), {"name": "Vip ouro", "hue": "6"})
    assert [(t.name, t.hue) for t in conversation.tags.all()] == [("Vip ouro", 6)]


def test_joining_gives_everything_the_other_one_once(desk, vip, conversation):
    other = Tag.objects.create(name="Ouro")
    conversation.tags.add(vip, other)
    customer = CustomerFactory()
    customer.tags.add(vip)
    desk.post(address("merge_tag", vip.pk), {"into": other.pk})
    assert list(Tag.objects.all()) == [other]
    assert list(conversation.tags.all()) == list(customer.tags.all()) == [other]


@pytest.mark.parametrize("into", ["itself", "nothing", ""])
def test_joining_with_nothing_changes_nothing(desk, vip, into):
    desk.post(address("merge_tag", vip.pk), {"into": vip.pk if into == "itself" else into})
    assert list(Tag.objects.all()) == [vip]


def test_deleting_says_first_what_loses_it(desk, vip, conversation):
    conversation.tags.add(vip)
    html = desk.get(address("edit_tag", vip.pk), headers=HTMX).content.decode()
    assert address("delete_tag", vip.pk) in html
    desk.post(address("delete_tag", vip.pk))
    assert not Tag.objects.exists() and not conversation.tags.exists()


@pytest.mark.parametrize("name", ["new_tag", "edit_tag", "merge_tag", "delete_tag"])
def test_agents_use_tags_and_do_not_change_them(client_of, ana, vip, name):
    args = [] if name == "new_tag" else [vip.pk]
    assert client_of(ana).post(address(name, *args), {"name": "X", "hue": 1}).status_code == 403
    assert list(Tag.objects.values_list("name", flat=True)) == ["VIP"]
