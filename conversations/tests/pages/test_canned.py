"""Canned responses: who sees, writes, copies and deletes which; what they become in a conversation."""

from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from conversations.canned_values import greeting, values_for
from conversations.models import CannedAttachment, CannedResponse
from conversations.tests.media.samples import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(cast):
    for person in (cast.ana, cast.celia, cast.vera, cast.bruno, cast.davi):
        person.language = "en"
        person.save()
    with translation.override("en"):
        yield


def canned(shortcut, **facts) -> CannedResponse:
    return CannedResponse.objects.create(
        shortcut=shortcut, **{"body": f"Texto {shortcut}", **facts}
    )


def address(name, *args) -> str:
    return reverse(f"conversations:{name}", args=args)


def write(client, response=None, **form):
    to = address("edit_canned", response.pk) if response else address("new_canned")
    return client.post(to, {"shortcut": "oi", "body": "Olá", "whose": "mine", **form})


def image(name="mapa.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture("PNG"), content_type="image/png")


def test_the_page_shows_ones_own_those_of_ones_queues_and_everybodys(
    client_of, ana, celia, support, finance
):
    for shortcut, facts in {
        "meu": {"owner": ana}, "dela": {"owner": celia}, "fila": {"queue": support},
        "outra": {"queue": finance}, "todos": {},
    }.items():  # fmt: skip
        canned(shortcut, **facts)
    page = client_of(ana).get(address("canned")).content.decode()
    assert [name for name in ("meu", "dela", "fila", "outra", "todos") if f"/{name}<" in page] == [
        "meu", "fila", "todos",
    ]  # fmt: skip
    mine = client_of(ana).get(address("canned"), {"tab": "mine"}).content.decode()
    assert "/meu<" in mine and "/todos<" not in mine


def test_it_is_found_by_shortcut_title_and_text(client_of, ana):
    canned("boleto", title="Segunda via", body="Segue em anexo")
    canned("horario", body="Das 8 às 18")
    for words in ("/bol", "segunda", "ANEXO"):
        page = client_of(ana).get(address("canned"), {"search": words}).content.decode()
        assert "/boleto<" in page and "/horario<" not in page
    nothing = client_of(ana).get(address("canned"), {"search": "\x00zzz"})
    assert 'class="empty"' in nothing.content.decode()


def test_the_list_costs_the_same_with_many(client_of, ana, support, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(ana)
    canned("um", queue=support)
    client.get(address("canned"))
    with CaptureQueriesContext(connection) as few:
        client.get(address("canned"))
    for number in range(20):
        canned(f"n{number}", queue=support)
    with django_assert_num_queries(len(few)):
        client.get(address("canned"))


def test_an_agent_writes_for_herself_and_for_nobody_else(client_of, ana, support):
    client = client_of(ana)
    assert write(client, shortcut="Oi-Tudo").status_code == 302
    assert CannedResponse.objects.get().owner == ana
    assert CannedResponse.objects.get().shortcut == "oi-tudo"
    for whose in ("shared", str(support.pk), "x"):
        assert write(client, shortcut="b", whose=whose).status_code == 422
    assert CannedResponse.objects.count() == 1


def test_a_supervisor_writes_for_her_queues_and_for_all(client_of, celia, support):
    client = client_of(celia)
    write(client, shortcut="fila", whose=str(support.pk))
    write(client, shortcut="todos", whose="shared")
    rows = CannedResponse.objects.order_by("shortcut").values_list("queue", "owner")
    assert list(rows) == [(support.pk, None), (None, None)]


@pytest.mark.parametrize("whose", ["mine", "shared", "queue"])
def test_a_shortcut_that_is_taken_is_refused_with_a_sentence(client_of, celia, support, whose):
    client, whose = client_of(celia), str(support.pk) if whose == "queue" else whose
    assert write(client, whose=whose).status_code == 302
    refused = write(client, whose=whose, body="Outra")
    assert refused.status_code == 422
    assert "/oi" in refused.content.decode() and "Outra" in refused.content.decode()
    assert CannedResponse.objects.count() == 1


@pytest.mark.parametrize(
    "form", [{"shortcut": "com espaço"}, {"shortcut": "x" * 41}, {"body": "x" * 4097}, {"body": ""}]
)
def test_what_cannot_be_is_refused_and_stays_on_the_page(client_of, ana, form):
    answer = write(client_of(ana), **form)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not CannedResponse.objects.exists()


def test_who_may_change_which(client_of, ana, celia, bruno, vera, support):
    of_queue, own = canned("fila", queue=support), canned("meu", owner=ana)

    def answers(person, response):
        client = client_of(person)
        verbs = [client.get(address("edit_canned", response.pk)), write(client, response)]
        return [*(answer.status_code for answer in verbs),
                client.post(address("delete_canned", response.pk)).status_code]  # fmt: skip

    assert answers(ana, of_queue) == answers(vera, of_queue) == [403] * 3
    assert answers(bruno, of_queue) == answers(celia, own) == [404] * 3
    assert answers(celia, of_queue) == [200, 302, 302]
    assert answers(ana, own) == [200, 302, 302]


def test_files_are_kept_in_order_taken_away_and_deleted_with_it(
    client_of, ana, django_capture_on_commit_callbacks
):
    client = client_of(ana)
    write(client, files=[image("a.png"), image("b.png")])
    response = CannedResponse.objects.get()
    first, second = response.files.all()
    assert [first.filename, second.filename] == ["a.png", "b.png"]
    got = client.get(address("canned_file", first.pk))
    assert got.status_code == 200 and got["Content-Type"] == "image/png"
    with django_capture_on_commit_callbacks(execute=True):
        write(client, response, files=[image("c.png")], removed=[str(first.pk)])
    assert [file.filename for file in response.files.all()] == ["b.png", "c.png"]
    assert not default_storage.exists(first.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("delete_canned", response.pk))
    assert not CannedAttachment.objects.exists()
    assert not default_storage.exists(second.file.name)


def test_too_many_files_and_what_whatsapp_would_not_take_are_refused(client_of, ana):
    many = [image(f"{number}.png") for number in range(11)]
    assert write(client_of(ana), files=many).status_code == 422
    empty = SimpleUploadedFile("nada.png", b"")
    assert write(client_of(ana), files=[empty]).status_code == 422
    assert not CannedResponse.objects.exists()


def test_a_file_is_for_those_who_may_use_the_response(client_of, bruno, vera, client, support):
    row = CannedAttachment(canned_response=canned("x", queue=support), filename="a.png", size=3)
    row.file.save("x", image())
    there = address("canned_file", row.pk)
    answers = [one.get(there).status_code for one in (client, client_of(bruno), client_of(vera))]
    assert answers == [302, 404, 200]


def test_a_copy_is_beside_it_for_who_may_write_there_and_ones_own_for_others(
    client_of, ana, celia, support
):
    original = canned("fila", queue=support)
    CannedAttachment(canned_response=original, filename="a.png", size=3).file.save("x", image())
    for person, where in ((celia, (support.pk, None)), (ana, (None, ana.pk))):
        client_of(person).post(address("duplicate_canned", original.pk))
        copy = CannedResponse.objects.exclude(pk=original.pk).latest("pk")
        assert (copy.queue_id, copy.owner_id, copy.body) == (*where, original.body)
        assert copy.files.get().filename == "a.png"
    names = CannedResponse.objects.values_list("shortcut", flat=True)
    assert sorted(names) == ["fila", "fila", "fila-2"]


def test_the_composer_lists_them_filled_in_most_used_first_and_leaves_the_unknown(
    client_of, ana, conversation
):
    canned("a", body="{{greeting}}, {{customer.first_name}}! {{protocol}} {{data}}")
    canned("b", body="x", uses=3)
    there = address("canned_responses", conversation.pk)
    page = client_of(ana).get(there).content.decode()
    assert f"Zeca! {conversation.protocol} {{{{data}}}}" in page
    assert page.index("/b<") < page.index("/a<")


def test_the_greeting_goes_by_the_hour():
    assert len({greeting(8), greeting(15), greeting(20)}) == 3
    assert greeting(0) == greeting(11) and greeting(18) == greeting(23)


def test_every_variable_that_is_offered_is_filled_in(conversation, ana):
    from conversations.canned_values import VARIABLES

    assert {key for key, _label in VARIABLES} == set(values_for(conversation, ana))


def test_the_preview_shows_it_for_a_customer_of_the_house(client_of, ana, vera, conversation):
    there, form = address("preview_canned"), {"body": "*Oi*, {{customer.first_name}} <b>"}
    page = client_of(ana).post(there, form).content.decode()
    assert "<strong>Oi</strong>, Zeca &lt;b&gt;" in page
    assert client_of(vera).post(there, form).status_code == 403


def test_an_unknown_one_is_not_there(client_of, ana):
    assert client_of(ana).get(address("edit_canned", uuid4())).status_code == 404
