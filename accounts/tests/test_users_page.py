from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import SiteSetting, User, UserSession
from accounts.tests.people import switch_on
from helpdesk.testing.cast import create_person

HTMX = {"HX-Request": "true"}
VERBS = ["deactivate", "reactivate", "log-out", "unlock", "reset-two-factor", "new-password"]


def address(name, *arguments):
    return reverse(f"accounts:{name}", args=arguments)


def work(user, **changes):
    queues = [str(pk) for pk in user.queues.values_list("pk", flat=True)]
    return {"role": user.role, "capacity": 8, "queues": queues, **changes}


def act(client, user, verb):
    return client.post(address("user_act", user.pk, verb))


# --- The list


def test_administrators_see_everybody_with_role_queues_and_presence(cast, client_of):
    page = client_of(cast.davi).get(address("users")).content.decode()
    for person in (cast.ana, cast.bruno, cast.celia, cast.davi, cast.vera):
        assert person.full_name in page
        assert person.email in page
    assert "Suporte, Financeiro" in page


def test_supervisors_see_their_colleagues_only_and_change_nobody(cast, client_of):
    stranger = create_person("fora", "Gente De Fora", "agent")
    page = client_of(cast.celia).get(address("users")).content.decode()
    assert cast.ana.full_name in page
    assert stranger.full_name not in page
    assert cast.ana.email not in page
    assert address("user", cast.ana.pk) not in page
    assert address("invite") not in page


@pytest.mark.parametrize("who", ["ana", "vera"])
def test_agents_and_viewers_do_not_reach_it(cast, client_of, who):
    assert client_of(getattr(cast, who)).get(address("users")).status_code == 403


def test_strangers_log_in_first(client, db):
    assert "/login/" in client.get(address("users")).url


@pytest.mark.parametrize(
    "query", ["?tab=agent", "?q=ana", "?q=Souza", "?q=ana@provedor", "?tab=&q=souza"]
)
def test_it_is_narrowed_by_role_and_words(cast, client_of, query):
    page = client_of(cast.davi).get(address("users") + query).content.decode()
    assert cast.ana.full_name in page
    assert cast.vera.full_name not in page


@pytest.mark.parametrize(
    "query", ["?tab=x", "?q=%00", "?q=" + "x" * 5000, "?page=x", "?page=-9", "?q=%F0%9F"]
)
def test_odd_questions_are_no_errors(davi, client_of, query):
    assert client_of(davi).get(address("users") + query).status_code == 200


def test_the_deactivated_have_a_tab_of_their_own(cast, client_of):
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)
    client = client_of(cast.davi)
    assert cast.ana.full_name not in client.get(address("users")).content.decode()
    assert cast.ana.full_name in client.get(address("users") + "?tab=gone").content.decode()


def test_who_lacks_a_required_second_factor_is_marked(cast, client_of):
    SiteSetting.objects.create(key="two_factor_roles", value=["agent"])
    switch_on(client_of(cast.ana))
    rows = {row.user: row for row in client_of(cast.davi).get(address("users")).context["rows"]}
    assert rows[cast.ana].has_two_factor and not rows[cast.ana].lacks_two_factor
    assert rows[cast.bruno].lacks_two_factor
    assert not rows[cast.vera].lacks_two_factor


def test_the_number_of_questions_does_not_grow_with_people(
    cast, client_of, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_of(cast.davi)
    client.get(address("users"))  # what is kept for the pages that follow is asked once
    with django_assert_max_num_queries(26) as few:
        client.get(address("users"))
    for number in range(20):
        create_person(f"p{number}", f"Pessoa {number}", "agent", cast.support)
    with django_assert_num_queries(len(few)):
        client.get(address("users"))


def test_why_and_how_long_somebody_is_away_is_told(cast, client_of):
    since = timezone.now() - timedelta(minutes=12)
    User.objects.filter(pk=cast.ana.pk).update(
        availability="away", away_reason="almoço", availability_since=since
    )
    page = client_of(cast.davi).get(address("users")).content.decode()
    assert "almoço" in page
    assert "12 min" in page


# --- One person


@pytest.mark.parametrize("name", ["user", "user_sessions"])
def test_one_person_is_a_page_and_a_dialog(cast, client_of, name):
    client = client_of(cast.davi)
    page = client.get(address(name, cast.ana.pk))
    fragment = client.get(address(name, cast.ana.pk), headers=HTMX)
    assert "<html" in page.content.decode()
    assert fragment.content.decode().strip().startswith("<dialog")


@pytest.mark.parametrize("name", ["user", "user_sessions"])
def test_only_administrators_open_one_person(cast, client, client_of, name):
    where = address(name, cast.ana.pk)
    assert "/login/" in client.get(where).url
    for person in (cast.celia, cast.bruno, cast.vera):
        assert client_of(person).get(where).status_code == 403
    assert client_of(cast.davi).get(address(name, cast.support.pk)).status_code == 404


def test_role_queues_and_capacity_are_changed_together(
    cast, client_of, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(cast.davi).post(
            address("user", cast.ana.pk),
            work(cast.ana, role="supervisor", capacity=3, queues=[str(cast.finance.pk)]),
        )
    assert answer.status_code == 302
    ana = User.objects.get(pk=cast.ana.pk)
    assert (ana.role, ana.capacity) == ("supervisor", 3)
    assert list(ana.queues.all()) == [cast.finance]


@pytest.mark.parametrize(
    "changes",
    [{"role": "king"}, {"role": ""}, {"capacity": -1}, {"capacity": "x"}, {"queues": ["x"]}],
)
def test_what_cannot_be_is_told_and_nothing_changes(cast, client_of, changes):
    where = address("user", cast.ana.pk)
    assert client_of(cast.davi).post(where, work(cast.ana, **changes)).status_code == 422
    assert list(User.objects.get(pk=cast.ana.pk).queues.all()) == [cast.support]


def test_the_last_administrator_stays_one(cast, client_of):
    client = client_of(cast.davi)
    assert (
        client.post(address("user", cast.davi.pk), work(cast.davi, role="agent")).status_code == 422
    )
    act(client, cast.davi, "deactivate")
    davi = User.objects.get(pk=cast.davi.pk)
    assert davi.is_admin and davi.is_active


@pytest.mark.parametrize("verb", VERBS)
def test_only_administrators_act_on_people(cast, client, client_of, verb):
    where = address("user_act", cast.ana.pk, verb)
    assert "/login/" in client.post(where).url
    for person in (cast.celia, cast.bruno, cast.vera):
        assert client_of(person).post(where).status_code == 403
    assert client_of(cast.davi).get(where).status_code == 405
    assert client_of(cast.davi).post(where).status_code == 302
    assert act(client_of(cast.davi), cast.support, verb).status_code == 404


def test_an_unknown_verb_is_not_found(cast, client_of):
    assert act(client_of(cast.davi), cast.ana, "promote").status_code == 404


def test_the_deactivated_are_out_at_once_and_can_come_back(cast, client, client_of):
    out = client_of(cast.ana)
    act(client_of(cast.davi), cast.ana, "deactivate")
    assert "/login/" in out.get(address("profile")).url
    assert not client.login(username="ana", password="uma senha bem comprida")
    act(client_of(cast.davi), cast.ana, "reactivate")
    assert client.login(username="ana", password="uma senha bem comprida")


def test_somebody_is_made_to_choose_a_new_password(cast, client_of):
    act(client_of(cast.davi), cast.ana, "new-password")
    assert client_of(cast.ana).get(address("profile")).url == reverse("account_change_password")


def test_an_administrator_ends_sessions_of_others(cast, client_of):
    ana = client_of(cast.ana)
    session = UserSession.objects.get(user=cast.ana)
    davi = client_of(cast.davi)
    assert davi.post(address("end_session", cast.bruno.pk, session.pk)).status_code == 404
    assert davi.post(address("end_session", cast.ana.pk, session.pk)).status_code == 302
    assert ana.get(address("profile")).status_code == 302
    assert (
        client_of(cast.celia).post(address("end_session", cast.ana.pk, session.pk)).status_code
        == 403
    )


def test_logging_out_everywhere_spares_the_one_who_does_it(cast, client_of):
    here, there = client_of(cast.davi), client_of(cast.davi)
    act(here, cast.davi, "log-out")
    assert here.get(address("users")).status_code == 200
    assert there.get(address("users")).status_code == 302
