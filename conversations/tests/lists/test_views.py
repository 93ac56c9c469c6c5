"""Named filters: a person's own and shared ones; they filter and nothing else."""

import pytest
from django.urls import reverse

from conversations.actions import saved_views as actions
from conversations.actions.errors import Refused
from conversations.models import SavedView
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


def post(client, door, *args, htmx=True, **data):
    address = reverse(f"conversations:{door}", args=args)
    return client.post(address, data, headers=HTMX if htmx else {})


def rail_views(client_of, user):
    answer = client_of(user).get(reverse("conversations:inbox"), headers=HTMX)
    return [(view.name, view.count) for view in answer.context["rail"].views]


def test_filters_kept_under_a_name_stand_in_the_navigation_with_their_number(client_of, ana, talk):
    talk("Alda", unread_count=1)
    talk("Berta")
    query = "tab=all&unread=1&shown=300&after=x&evil=1"
    assert post(client_of(ana), "new_view", name="Não lidas", query=query).status_code == 200
    assert SavedView.objects.get().query == "tab=all&unread=1"
    assert rail_views(client_of, ana) == [("Não lidas", 1)]


def test_what_is_closed_has_no_number(client_of, ana):
    actions.save_view(by=ana, name="Arquivo", query="tab=closed")
    assert rail_views(client_of, ana) == [("Arquivo", None)]


def test_without_htmx_one_is_led_to_the_view(client_of, ana):
    answer = post(client_of(ana), "new_view", htmx=False, name="Robô", query="tab=bot")
    assert answer.url == reverse("conversations:inbox") + "?tab=bot"


def test_a_personal_view_is_its_owners_alone(client_of, ana, celia, davi):
    view = actions.save_view(by=ana, name="Minha", query="tab=mine")
    for other in (celia, davi):
        assert rail_views(client_of, other) == []
        assert post(client_of(other), "delete_view", view.pk).status_code == 404
        assert post(client_of(other), "saved_view", view.pk, name="Roubada").status_code == 404
    assert SavedView.objects.get().name == "Minha"


def test_a_shared_view_shows_each_reader_what_they_may_see(
    client_of, listed, celia, ana, talk, finance
):
    talk("Do suporte")
    talk("Do financeiro", queue=finance)
    actions.save_view(by=celia, name="Todas", query="tab=all", is_shared=True)
    assert rail_views(client_of, celia) == [("Todas", 2)]
    assert rail_views(client_of, ana) == [("Todas", 1)]
    assert listed(ana, "tab=all") == ["Do suporte"]


def test_a_shared_view_of_ones_own_means_the_readers_own(client_of, celia, ana, talk):
    talk("Da Ana", assignee=ana)
    actions.save_view(by=celia, name="As minhas", query="tab=mine", is_shared=True)
    assert rail_views(client_of, ana) == [("As minhas", 1)]
    assert rail_views(client_of, celia) == [("As minhas", 0)]


def test_agents_and_viewers_do_not_share(client_of, ana, vera):
    for user in (ana, vera):
        answer = post(client_of(user), "new_view", name="Para todos", query="", is_shared="on")
        assert answer.status_code == 409
        assert post(client_of(user), "new_view", name="Para mim", query="").status_code == 200
    assert not SavedView.objects.filter(is_shared=True).exists()


def test_a_shared_view_is_changed_by_its_owner_and_by_administrators(client_of, celia, ana, davi):
    view = actions.save_view(by=celia, name="Todas", query="tab=all", is_shared=True)
    for name in ("saved_view", "delete_view", "move_view"):
        assert post(client_of(ana), name, view.pk, name="Outra").status_code == 403
    assert (
        post(client_of(davi), "saved_view", view.pk, name="Tudo", is_shared="on").status_code == 200
    )
    assert post(client_of(celia), "delete_view", view.pk).status_code == 200
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_name_is_needed_and_not_too_long(client_of, ana, name):
    assert post(client_of(ana), "new_view", name=name, query="").status_code == 409


def test_a_name_is_ones_own_only_once(client_of, ana, celia):
    actions.save_view(by=ana, name="Minha", query="")
    assert post(client_of(ana), "new_view", name="Minha", query="").status_code == 409
    assert post(client_of(celia), "new_view", name="Minha", query="").status_code == 200


def test_filters_too_long_to_be_kept_are_refused(ana):
    with pytest.raises(Refused):
        actions.save_view(by=ana, name="Longa", query="search=" + "x" * 1001)


def test_views_are_moved_among_ones_own(client_of, ana, celia):
    views = [actions.save_view(by=ana, name=name, query="") for name in "ABC"]
    actions.save_view(by=celia, name="0 de todos", query="", is_shared=True)
    post(client_of(ana), "move_view", views[2].pk, to="up")
    post(client_of(ana), "move_view", views[0].pk, to="up")
    post(client_of(ana), "move_view", views[0].pk, to="sideways")
    assert [name for name, _count in rail_views(client_of, ana)] == ["A", "C", "B", "0 de todos"]


def test_the_page_of_views_works_without_htmx(client_of, celia):
    view = actions.save_view(by=celia, name="Todas", query="tab=all", is_shared=True)
    html = client_of(celia).get(reverse("conversations:saved_views")).content.decode()
    assert "Todas" in html and reverse("conversations:delete_view", args=[view.pk]) in html
    assert post(client_of(celia), "delete_view", view.pk, htmx=False).status_code == 302
