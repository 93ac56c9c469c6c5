"""What an address asks for is what the list, its counters and its chips show."""

from datetime import UTC, datetime

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from conversations.list_filters import ListFilter
from conversations.models import Conversation, Priority, State, Tag
from conversations.tests.factories import ChannelFactory
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def context(client_of, user, query):
    return client_of(user).get(f"{reverse('conversations:inbox')}?{query}", headers=HTMX).context


@pytest.fixture
def crowd(talk, ana, celia, finance, support):
    """Six conversations that differ in one thing each."""
    other = ChannelFactory(default_queue=support)
    tagged = talk("Com etiqueta")
    tagged.tags.add(Tag.objects.create(name="VIP"))
    return {
        "queue": (talk("Financeira", queue=finance), f"queue={finance.pk}"),
        "channel": (talk("De outro número", channel=other), f"channel={other.pk}"),
        "agent": (talk("Da Ana", assignee=ana), f"agent={ana.pk}"),
        "tag": (tagged, f"tag={tagged.tags.get().pk}"),
        "unread": (talk("Não lida", unread_count=2), "unread=1"),
        "priority": (talk("Urgente", priority=Priority.URGENT), "priority=3"),
        "city": (talk("De Ipê", city="Alto do Ipê"), "city=alto do Ipê"),
        "state": (talk("Com o robô", state=State.BOT), "state=bot"),
        "snoozed": (talk("Adiada", snoozed_at=timezone.now()), "snoozed=1"),
    }


@pytest.mark.parametrize(
    "name",
    ["queue", "channel", "agent", "tag", "unread", "priority", "city", "state", "snoozed"],
)
def test_each_filter_shows_what_it_names_and_nothing_else(listed, celia, crowd, name):
    conversation, query = crowd[name]
    assert listed(celia, f"tab=all&{query}") == [conversation.customer.name]


def test_filters_combine(listed, celia, talk, ana):
    talk("Urgente da Ana", assignee=ana, priority=Priority.URGENT)
    talk("Calma da Ana", assignee=ana)
    talk("Urgente de ninguém", priority=Priority.URGENT)
    assert listed(celia, f"tab=all&agent={ana.pk}&priority=3") == ["Urgente da Ana"]
    assert listed(celia, "tab=all&agent=none&priority=3") == ["Urgente de ninguém"]


def test_the_lowest_priority_is_a_filter_too(listed, celia, talk):
    talk("Sem pressa", priority=Priority.LOW)
    talk("Normal")
    assert listed(celia, "tab=all&priority=0") == ["Sem pressa"]


@override_settings(TIME_ZONE="America/Sao_Paulo")
def test_days_are_those_of_the_site_and_both_belong_to_it(listed, celia, talk):
    for name, at in {
        "Véspera": datetime(2026, 3, 2, 2, 59, tzinfo=UTC),
        "Meia-noite": datetime(2026, 3, 2, 3, 0, tzinfo=UTC),
        "Fim do dia": datetime(2026, 3, 3, 2, 59, tzinfo=UTC),
        "Dia seguinte": datetime(2026, 3, 3, 3, 0, tzinfo=UTC),
    }.items():
        Conversation.objects.filter(pk=talk(name).pk).update(last_message_at=at)
    found = listed(celia, "tab=all&from=2026-03-02&until=2026-03-02")
    assert found == ["Fim do dia", "Meia-noite"]


def test_what_is_put_off_leaves_ones_own_until_it_wakes(listed, ana, talk):
    asleep = talk("Adiada", assignee=ana, snoozed_at=timezone.now())
    talk("Acordada", assignee=ana)
    assert listed(ana, "tab=mine") == ["Acordada"]
    assert listed(ana, "tab=mine&snoozed=1") == ["Adiada"]
    Conversation.objects.filter(pk=asleep.pk).update(snoozed_at=None)
    assert sorted(listed(ana, "tab=mine")) == ["Acordada", "Adiada"]


def test_tabs_count_what_the_filters_leave_and_the_rail_everything(client_of, celia, talk, finance):
    talk("Suporte não lida", unread_count=1)
    talk("Suporte lida")
    talk("Financeiro", queue=finance)
    found = context(client_of, celia, "tab=waiting&unread=1")
    assert {tab["name"]: tab["count"] for tab in found["tabs"]}["waiting"] == 1
    assert [queue.waiting for queue in found["rail"].queues] == [2, 1]


def test_no_filter_shows_what_its_reader_may_not_see(listed, ana, bruno, talk, finance):
    talk("Do Bruno", queue=finance, assignee=bruno)
    for query in (f"agent={bruno.pk}", f"queue={finance.pk}", "state=active", "sort=waiting"):
        assert listed(ana, f"tab=all&{query}") == []


def test_a_set_filter_is_a_chip_that_can_be_taken_away(client_of, celia, support):
    query = f"tab=all&queue={support.pk}&unread=1&from=2026-03-02"
    chips = {chip.name: chip for chip in context(client_of, celia, query)["chips"]}
    assert chips["queue"].label == "Suporte"
    assert chips["unread"].query == f"tab=all&queue={support.pk}&from=2026-03-02"


def test_a_foreign_queue_has_no_name(client_of, ana, finance):
    chips = context(client_of, ana, f"tab=all&queue={finance.pk}")["chips"]
    assert [chip.label for chip in chips] == ["unknown"]


def test_the_filters_stay_in_the_links_to_tabs_and_conversations(client_of, celia, talk):
    talk("Alda", unread_count=1)
    page = client_of(celia).get(f"{reverse('conversations:inbox')}?tab=all&unread=1")
    html = page.content.decode()
    assert "tab=waiting&amp;unread=1" in html or "tab=waiting&unread=1" in html
    assert "/?tab=all&amp;unread=1" in html


@pytest.mark.parametrize(
    "query",
    [
        "agent=x&tag=1&channel=%00&priority=9&state=nada&sort=x&from=2026-13-45&until=0001-01-01",
        "from=9999-12-31&until=9999-12-31",
        f"city={'x' * 5000}&search=%00%00",
        "after=~~&tab=waiting",
        "after=2026-01-01~x~1&tab=all&sort=waiting",
        "after=2026-01-01T00:00:00~01a1f956-0000-7000-8000-000000000000~1&tab=all",
    ],
)
def test_an_address_that_makes_no_sense_is_read_kindly(client_of, celia, query):
    answer = client_of(celia).get(f"{reverse('conversations:inbox')}?{query}")
    assert answer.status_code == 200


def test_what_an_address_says_survives_being_written_and_read_again():
    from django.http import QueryDict

    said = ListFilter.from_query(
        QueryDict("tab=all&sort=waiting&priority=0&agent=none&city=Ipê&until=2026-03-01&snoozed=1")
    )
    assert ListFilter.from_query(QueryDict(said.query())) == said


def test_the_dialog_offers_what_this_person_sees(client_of, ana, support, finance, talk):
    talk("De Ipê", city="Alto do Ipê")
    html = client_of(ana).get(reverse("conversations:list_filters")).content.decode()
    assert f'value="{support.pk}"' in html and "Alto do Ipê" in html
    assert str(finance.pk) not in html


def full_query(ana, support, channel):
    tag = Tag.objects.create(name="VIP")
    return (
        f"tab=all&sort=waiting&queue={support.pk}&channel={channel.pk}&agent={ana.pk}&tag={tag.pk}"
        "&state=active&unread=1&priority=1&city=Ipe&from=2020-01-01&until=2199-01-01&snoozed=1"
    )


@pytest.mark.parametrize("people", [1, 12])
def test_with_all_filters_and_views_the_queries_stay_the_same_few(
    client_of, ana, support, channel, talk, people, django_assert_max_num_queries
):
    from conversations.actions.saved_views import save_view

    query = full_query(ana, support, channel)
    for number in range(people):
        one = talk(
            f"P{number}", assignee=ana, unread_count=1, city="Ipe", snoozed_at=timezone.now()
        )
        one.tags.add(Tag.objects.get())
        save_view(by=ana, name=f"Vista {number}", query=query)
    client = client_of(ana)
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = client.get(f"{reverse('conversations:inbox')}?{query}")
    assert len(answer.context["page"].rows) == people
    assert [view.count for view in answer.context["rail"].views] == [people] * people
