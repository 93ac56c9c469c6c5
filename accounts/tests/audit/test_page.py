"""The page of the trail, its search, and its export."""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.audit import search
from accounts.models import AuditEntry, SiteSetting
from accounts.models.audit import AuditKind, AuditSource

pytestmark = pytest.mark.django_db
PAGE, EXPORT = "/audit/", "/audit/export"
LONG_AGO = datetime(2020, 1, 1, 12, tzinfo=UTC)


def write(**facts) -> AuditEntry:
    plain = {"kind": AuditKind.QUEUE_CHANGED, "source": AuditSource.PAGE, "actor_name": "Somebody"}
    return AuditEntry.objects.create(**plain | facts)


def shown(client, **query):
    return {line.entry.pk for line in client.get(PAGE, query).context["lines"]}


def table(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.fixture
def reader(davi):
    """Davi, who reads English whatever the site's language is."""
    davi.language = "en"
    davi.save()
    return davi


@pytest.fixture
def lent(db):
    SiteSetting.objects.create(key="supervisors_read_audit", value=True)


@pytest.mark.parametrize("address", [PAGE, EXPORT])
@pytest.mark.parametrize(
    "name, status", [("davi", 200), ("celia", 403), ("ana", 403), ("vera", 403)]
)
def test_only_those_with_the_right_see_it(cast, client_of, address, name, status):
    assert client_of(getattr(cast, name)).get(address).status_code == status


@pytest.mark.parametrize("address", [PAGE, EXPORT])
def test_supervisors_see_it_when_the_right_is_lent_to_them(lent, celia, ana, client_of, address):
    assert client_of(celia).get(address).status_code == 200
    assert client_of(ana).get(address).status_code == 403


@pytest.mark.parametrize("address", [PAGE, EXPORT])
def test_others_log_in_first_and_nobody_posts(davi, client, client_of, address):
    assert client.get(address).status_code == 302
    assert client_of(davi).post(address).status_code == 405


def test_the_rail_leads_there_those_who_may(cast, client_of):
    inbox = reverse("conversations:inbox")
    assert f'href="{PAGE}"' in client_of(cast.davi).get(inbox).content.decode()
    assert f'href="{PAGE}"' not in client_of(cast.celia).get(inbox).content.decode()


def test_an_entry_shows_names_values_and_choices_in_words(reader, ana, client_of):
    write(
        actor_name="Davi Rocha", kind=AuditKind.ROLE_CHANGED, target_type="accounts.user",
        target_id=str(ana.pk), target_label="Ana Souza", before={"role": "agent"},
        after={"role": "supervisor", "queue": {"id": "1", "label": "Suporte"}},
    )  # fmt: skip
    page = client_of(reader).get(PAGE, {"kind": "role_changed"}).content.decode()
    assert (
        "<del>Agent</del>" in page
        and "<ins>Supervisor</ins>" in page
        and "<ins>Suporte</ins>" in page
    )
    assert "{&#x27;id&#x27;" not in page


def test_markup_in_values_stays_text(davi, client_of):
    write(target_label="<script>alert(1)</script>", after={"name": "<b>x</b>"}, before={})
    page = client_of(davi).get(PAGE).content.decode()
    assert "<script>alert" not in page and "<b>x</b>" not in page


def test_an_entry_of_a_model_that_is_gone_still_shows(davi, client_of):
    entry = write(target_type="old.model", before={"x": 1}, after={"x": [1, {"y": None}]})
    assert entry.pk in shown(client_of(davi), kind="queue_changed")


@pytest.mark.parametrize(
    "query, facts",
    [
        ({"text": "zéc"}, {"target_label": "Zéca Pereira"}),
        ({"text": "maria"}, {"actor_name": "Maria Dias"}),
        ({"text": "req-12345"}, {"request_id": "req-12345"}),
        ({"text": "192.0.2.77"}, {"address": "192.0.2.77"}),
        ({"kind": "export"}, {"kind": AuditKind.EXPORT}),
        ({"kind": "personal"}, {"kind": AuditKind.CUSTOMER_OPENED}),
        ({"source": "command"}, {"source": AuditSource.COMMAND}),
        ({"until": "2020-01-01"}, {"occurred_at": LONG_AGO}),
    ],
)
def test_the_search_finds_what_fits_and_nothing_else(davi, client_of, query, facts):
    client = client_of(davi)
    wanted, _other = write(**facts), write()
    assert shown(client, **query) == {wanted.pk}


def test_the_search_by_person_and_period(davi, ana, client_of):
    client = client_of(davi)
    wanted = write(actor_id=ana.pk)
    write(actor_id=ana.pk, occurred_at=LONG_AGO)
    today = timezone.localdate().isoformat()
    assert shown(client, person=str(ana.pk), since=today, until=today) == {wanted.pk}


@pytest.mark.parametrize(
    "query",
    [
        {"person": "x"}, {"kind": "x"}, {"source": "x"}, {"since": "2026-99-99"}, {"until": "9999-12-31"},
        {"after": "x"}, {"after": "2020-01-01T00:00:00_x"}, {"text": "\0"}, {"since": "0001-01-01"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_counts_as_not_said(davi, client_of, query):
    assert client_of(davi).get(PAGE, query).status_code == 200


def test_older_entries_follow_without_gaps_or_doubles(davi, client_of):
    client, at = client_of(davi), timezone.now()
    # Many at the same moment: the key decides.
    written = {write(occurred_at=at - timedelta(seconds=number // 60)).pk for number in range(130)}
    found, query = [], "kind=queue_changed"
    while query:
        answer = client.get(f"{PAGE}?{query}", headers={"HX-Request": "true"})
        assert "<html" not in answer.content.decode()
        found += [line.entry.pk for line in answer.context["lines"]]
        query = answer.context["next"]
    assert len(found) == 130 and set(found) == written


def test_the_number_of_questions_does_not_grow(davi, client_of, ana):
    client = client_of(davi)
    client.get(PAGE)
    facts = {"actor_id": ana.pk, "target_type": "accounts.user", "target_id": str(ana.pk)}
    counts = []
    for _round in range(2):
        for _number in range(20):
            write(before={"role": "agent"}, after={"role": "viewer"}, **facts)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_export_holds_what_was_found_and_is_told_itself(reader, client_of):
    client = client_of(reader)
    write(target_label="Suporte", before={"name": "A"}, after={"name": "B"})
    write(kind=AuditKind.EXPORT, target_label="something else")
    head, *rows = table(client.get(EXPORT, {"kind": "queue_changed"}))
    assert len(rows) == 1
    assert "Suporte" in rows[0] and "Name: A → B" in rows[0]
    entry = AuditEntry.objects.get(kind=AuditKind.EXPORT, actor_id=reader.pk)
    assert entry.facts == {"filter": {"kind": "queue_changed"}}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_of_the_export_is_a_formula(davi, client_of, begin):
    client = client_of(davi)
    write(target_label=f"{begin}HYPERLINK(1)", after={f"{begin}x": f"{begin}y"}, before={})
    cells = [cell for row in table(client.get(EXPORT)) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(begin)]


def test_the_export_goes_page_by_page(davi, client_of, monkeypatch):
    monkeypatch.setattr(search, "EXPORT_PAGE", 3)
    client = client_of(davi)
    for _number in range(10):
        write()
    answer = client.get(EXPORT, {"kind": "queue_changed"})
    assert len(list(answer.streaming_content)) == 5  # the head and four pages


def test_many_exports_in_a_row_have_to_wait(davi, client_of):
    client = client_of(davi)
    answers = [client.get(EXPORT) for _number in range(11)]
    assert answers[-1].status_code == 429 and answers[-1]["Retry-After"]


@pytest.mark.django_db(transaction=True)
def test_the_export_streams_under_asgi(cast):
    write(target_label="Suporte")
    client = AsyncClient()
    client.force_login(cast.davi)

    async def read():
        answer = await client.get(EXPORT, {"kind": "queue_changed"})
        return answer.is_async, b"".join([part async for part in answer.streaming_content])

    is_async, text = asyncio.run(read())
    assert is_async and b"Suporte" in text
