"""The pages of numbers: who may, what they show, and how much they ask the database."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.actions.notices import raise_notice
from conversations.models import Channel, Message, Notice, NoticeKind, Status
from conversations.tests.factories import ChannelFactory

HTMX = {"HX-Request": "true"}
READING = ["", "notices/", "{pk}/"]
ACTS = ["{pk}/pause/", "{pk}/resume/", "{pk}/test/", "notices/{notice}/dismiss/"]
ADMINISTRATORS = ["{pk}/subscribe/", "breakers/reset/"]


@pytest.fixture
def notice(channel):
    raise_notice(NoticeKind.CHANNEL_STOPPED, "test", channel=channel, code=190)
    return Notice.objects.get()


@pytest.fixture
def address(channel, notice):
    def build(path, pk=None):
        return "/channels/" + path.format(pk=pk or channel.pk, notice=notice.pk)

    return build


@pytest.mark.parametrize("path", [*READING, "new/"])
@pytest.mark.parametrize("name", ["ana", "vera"])
def test_agents_and_viewers_may_not_look(cast, client_of, address, path, name):
    assert client_of(getattr(cast, name)).get(address(path)).status_code == 403


@pytest.mark.parametrize("path", [*ACTS, *ADMINISTRATORS])
@pytest.mark.parametrize("name", ["ana", "vera"])
def test_agents_and_viewers_may_not_act(cast, client_of, address, path, name):
    assert client_of(getattr(cast, name)).post(address(path)).status_code == 403


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("name", ["celia", "davi"])
def test_supervisors_and_administrators_look(cast, client_of, address, path, name):
    assert client_of(getattr(cast, name)).get(address(path)).status_code == 200


@pytest.mark.parametrize("path", ADMINISTRATORS)
def test_secrets_and_breakers_are_the_administrators(celia, client_of, address, path):
    assert client_of(celia).post(address(path)).status_code == 403
    assert client_of(celia).get("/channels/new/").status_code == 403


@pytest.mark.parametrize("path", ["{pk}/pause/", "{pk}/resume/", "{pk}/test/"])
def test_a_foreign_number_answers_like_one_that_does_not_exist(celia, client_of, address, path):
    foreign = ChannelFactory()
    for pk in (foreign.pk, uuid4()):
        assert client_of(celia).post(address(path, pk)).status_code == 404
        assert client_of(celia).get(address("{pk}/", pk)).status_code == 404


@pytest.mark.parametrize("path", [*ACTS, *ADMINISTRATORS])
def test_nothing_is_done_by_looking(davi, client_of, address, path):
    assert client_of(davi).get(address(path)).status_code == 405


def test_a_supervisor_sees_the_numbers_of_their_queues_only(celia, client_of, channel):
    ChannelFactory(name="Alheio")
    shown = client_of(celia).get("/channels/").content.decode()
    assert channel.name in shown and "Alheio" not in shown


def test_the_way_to_the_numbers_stands_in_the_rail_of_those_who_may(celia, ana, client_of):
    assert 'href="/channels/"' in client_of(celia).get("/inbox/").content.decode()
    assert 'href="/channels/"' not in client_of(ana).get("/inbox/").content.decode()


def test_a_notice_is_put_away_by_whoever_saw_to_it(celia, client_of, address, notice):
    rail = client_of(celia).get("/inbox/").content.decode()
    assert "1 open notice" in rail
    client_of(celia).post(address("notices/{notice}/dismiss/"))
    notice.refresh_from_db()
    assert (notice.resolved_by, bool(notice.resolved_at)) == (celia, True)
    assert f"notice-{notice.pk}" not in client_of(celia).get("/channels/").content.decode()


def test_a_foreign_notice_is_not_to_be_put_away(bruno, celia, client_of, address, notice):
    celia.queues.clear()
    assert client_of(celia).post(address("notices/{notice}/dismiss/")).status_code == 404


def test_the_live_list_comes_with_the_count(celia, client_of, notice):
    fragment = client_of(celia).get("/channels/notices/", headers=HTMX).content.decode()
    assert 'id="notices-count"' in fragment and f"notice-{notice.pk}" in fragment
    assert "<html" not in fragment


def test_a_number_with_a_qr_code_shows_its_own_panel(celia, client_of, support):
    number = ChannelFactory(
        provider="gateway", phone_number_id="", gateway_instance="g1", default_queue=support
    )
    page = client_of(celia).get(f"/channels/{number.pk}/").content.decode()
    assert 'id="gateway"' in page


def test_what_needs_somebody_stands_first(davi, client_of, channel, support):
    ChannelFactory(name="Aaa normal", default_queue=support)
    ChannelFactory(name="Bbb quality", default_queue=support, health={"facts": {"quality": "RED"}})
    ChannelFactory(name="Ccc paused", default_queue=support, paused_reason="error")
    ChannelFactory(name="Ddd off", default_queue=support, is_active=False)
    shown = client_of(davi).get("/channels/").content.decode()
    places = [shown.index(name) for name in ("Ccc paused", "Bbb qual", "Aaa normal", "Ddd off")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "plant"}, {"Plantão"}),
        ({"text": "pl2"}, {"Plantão"}),
        ({"text": "90000-0011"}, {"Plantão"}),
        ({"text": "+55 11 90000-0011"}, {"Plantão"}),
        ({"state": "stopped"}, {"Plantão"}),
        ({"state": "well"}, {"Principal"}),
        ({"state": "nonsense"}, {"Plantão", "Principal"}),
        ({"text": "nobody"}, set()),
        ({"after": "x"}, {"Plantão", "Principal"}),
        ({"text": "\0", "after": str(uuid4())}, {"Plantão", "Principal"}),
    ],
)
def test_numbers_are_found(davi, client_of, channel, support, query, found):
    ChannelFactory(
        name="Plantão",
        badge="PL2",
        display_phone_number="5511900000011",
        default_queue=support,
        paused_reason="person",
    )
    answer = client_of(davi).get("/channels/", query)
    shown = {row.channel.name for row in answer.context["rows"]}
    expected = found
    if query.get("text") == "90000-0011":
        expected = {"Plantão"}
    assert (answer.status_code, shown) == (200, expected)


def many(queue, count: int) -> None:
    Channel.objects.bulk_create(
        Channel(
            name=f"Número {n:04d}",
            badge=f"{n:03X}",
            provider="cloud",
            phone_number_id=str(900_000 + n),
            status="connected",
            default_queue=queue,
        )
        for n in range(count)
    )


def test_a_thousand_numbers_cost_as_many_queries_as_one(davi, client_of, channel, support):
    client = client_of(davi)
    client.get("/channels/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/channels/")
    many(support, 1_000)
    with CaptureQueriesContext(connection) as all_of_them:
        answer = client.get("/channels/")
    assert len(all_of_them) == len(few)
    assert len(answer.context["rows"]) == 50


def test_pages_follow_each_other_without_gap_or_repetition(davi, client_of, channel, support):
    many(support, 120)
    client, query, seen = client_of(davi), "", []
    while query is not None:
        answer = client.get(f"/channels/?{query}", headers=HTMX)
        seen += [row.channel.pk for row in answer.context["rows"]]
        query = answer.context["next"] or None
    assert len(seen) == len(set(seen)) == 121


def test_errors_of_a_day_and_what_waits_are_counted(davi, client_of, channel, queued):
    queued()
    for age in (1, 30):
        message = queued()
        at = timezone.now() - timedelta(hours=age)
        Message.objects.filter(pk=message.pk).update(
            status=Status.FAILED, failed_at=at, error_code=131026
        )
    row = client_of(davi).get("/channels/").context["rows"][0]
    assert (row.waiting, row.errors) == (1, 1)
    assert "[131026]" in client_of(davi).get(f"/channels/{channel.pk}/").content.decode()


# --- Connecting another one


@pytest.fixture
def form(support):
    return {
        "name": "Novo", "badge": "nov", "default_queue": str(support.pk),
        "phone_number_id": "5550001112223", "waba_id": "5559998887776",
        "access_token": "segredo-um", "app_secret": "segredo-dois",
    }  # fmt: skip


def test_a_number_is_asked_at_meta_and_then_kept(davi, client_of, graph, form):
    graph.access_token = form["access_token"]
    answer = client_of(davi).post("/channels/new/", form)
    made = Channel.objects.get(phone_number_id=form["phone_number_id"])
    assert answer.url == f"/channels/{made.pk}/"
    assert (made.badge, made.waba.waba_id, made.access_token) == (
        "NOV",
        form["waba_id"],
        "segredo-um",
    )
    assert made.display_phone_number and made.verify_token
    page = client_of(davi).get(answer.url).content.decode()
    assert made.verify_token in page
    assert "segredo" not in page


def test_the_verify_token_is_for_administrators(celia, client_of, channel):
    page = client_of(celia).get(f"/channels/{channel.pk}/").content.decode()
    assert channel.verify_token not in page
    assert "/api/v1/webhooks/whatsapp" in page


def test_what_meta_refuses_is_not_kept_and_secrets_do_not_come_back(davi, client_of, graph, form):
    answer = client_of(davi).post("/channels/new/", form)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was saved." in shown and "[190]" in shown
    assert "segredo" not in shown and form["phone_number_id"] in shown
    assert not Channel.objects.filter(phone_number_id=form["phone_number_id"]).exists()


@pytest.mark.parametrize("twin", ["phone_number_id", "badge"])
def test_a_number_that_is_there_already_is_refused_in_words(
    davi, client_of, graph, channel, form, twin
):
    form[twin] = getattr(channel, twin).lower()
    answer = client_of(davi).post("/channels/new/", form)
    assert f"{channel.name} has this" in answer.content.decode()
    assert Channel.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"phone_number_id": "abc"}, {"default_queue": "x"}, {"access_token": ""}, {"badge": "LONGO"}],
)
def test_a_form_that_is_wrong_says_where(davi, client_of, form, wrong):
    answer = client_of(davi).post("/channels/new/", form | wrong)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_the_app_is_subscribed_to_the_account(davi, client_of, graph, channel, waba):
    client_of(davi).post(f"/channels/{channel.pk}/subscribe/")
    assert graph.subscribed == [waba.waba_id]
    graph.access_token = "another"
    answer = client_of(davi).post(f"/channels/{channel.pk}/subscribe/", follow=True)
    assert "[190]" in answer.content.decode()
