"""A file of customers on its way into the house: checked, written once, whoever dies meanwhile."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from conversations.actions import imports
from conversations.actions.errors import Refused
from conversations.actions.imports import working
from conversations.models import (
    Consent,
    Customer,
    CustomerIdentity,
    CustomerImport,
    CustomerImportRow,
    ImportState,
)
from conversations.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
COLUMNS = "Nome;Cel;CPF;Plano;Etiquetas;aceita_promo"
OPTIONS = {"existing": "update", "consent_text": "Contrato, cláusula 9", "tag": ""}


@pytest.fixture
def brought(cast):
    """Upload lines and have them checked: brought("Zé;11...", existing="fill")."""

    def build(*lines: str, columns: str = COLUMNS, **options) -> CustomerImport:
        content = "\n".join([columns, *lines]).encode()
        made = imports.upload(SimpleUploadedFile("clientes.csv", content), by=cast.celia)
        imports.choose_columns(made, by=cast.celia, mapping=made.mapping, options=OPTIONS | options)
        return worked(made)

    return build


def worked(made: CustomerImport) -> CustomerImport:
    while imports.work(made.pk):
        pass
    made.refresh_from_db()
    return made


def written(made: CustomerImport, by) -> CustomerImport:
    imports.start(made, by=by)
    made.refresh_from_db()
    return worked(made)


def test_a_check_tells_what_would_happen_and_changes_nothing(brought, cast):
    before = Customer.objects.count()
    made = brought("Maria;11912345678;;;;", f"Zeca;{cast.zeca.phone};;;;", "Sem;123;;;;")
    assert made.state == ImportState.CHECKED
    assert (made.counts["new"], made.counts["changed"], made.counts["error"]) == (1, 1, 1)
    assert Customer.objects.count() == before


def test_a_new_customer_comes_in_with_all_that_the_line_says(brought, cast):
    written(brought("Maria;(11) 91234-5678;529.982.247-25;600 Mega;vip, fibra;s"), cast.celia)
    maria = Customer.objects.get(phone="+5511912345678")
    assert (maria.name, maria.document, maria.plan) == ("Maria", "52998224725", "600 Mega")
    assert {tag.name for tag in maria.tags.all()} == {"vip", "fibra"}
    assert CustomerIdentity.objects.get(customer=maria).value == "5511912345678"
    consent = Consent.objects.get(customer=maria)
    assert (consent.given, consent.how, consent.text_shown) == (
        True,
        "import",
        "Contrato, cláusula 9",
    )


def test_somebody_known_without_the_ninth_digit_is_found(brought, cast):
    made = written(brought("Zeca;11 8765-4321;;Novo;;", columns=COLUMNS), cast.celia)
    cast.zeca.refresh_from_db()
    assert made.counts["changed"] == 1 and cast.zeca.plan == "Novo"


@pytest.mark.parametrize(
    ("existing", "name", "plan"),
    [("update", "José", "600"), ("fill", "Zeca Pereira", "600"), ("skip", "Zeca Pereira", "")],
)
def test_what_happens_to_those_who_are_known_is_chosen(brought, cast, existing, name, plan):
    written(brought(f"José;{cast.zeca.phone};;600;;", existing=existing), cast.celia)
    cast.zeca.refresh_from_db()
    assert (cast.zeca.name, cast.zeca.plan) == (name, plan)


def test_an_empty_cell_takes_nothing_away(brought, cast):
    Customer.objects.filter(pk=cast.zeca.pk).update(plan="300")
    written(brought(f"Zeca;{cast.zeca.phone};;;;"), cast.celia)
    cast.zeca.refresh_from_db()
    assert cast.zeca.plan == "300"


def test_phone_and_document_of_two_people_are_an_error(brought, cast):
    CustomerFactory(phone=None, document="52998224725")
    made = brought(f"Zeca;{cast.zeca.phone};52998224725;;;")
    assert made.rows.get().errors == [["two_customers", ""]]


def test_two_lines_of_one_customer_make_one_and_are_warned_of(brought, cast):
    made = brought("Maria;11912345678;;300;;", "Maria;11912345678;;600;;")
    assert made.rows.get(line=3).warnings == [["same_as_line", "2"]]
    written(made, cast.celia)
    assert Customer.objects.get(phone="+5511912345678").plan == "600"


def test_consents_without_their_origin_are_refused(cast, brought):
    with pytest.raises(Refused, match="consent"):
        brought("Maria;11912345678;;;;s", consent_text="")


def test_the_same_consent_is_not_written_twice(brought, cast):
    for _time in range(2):
        written(brought(f"Zeca;{cast.zeca.phone};;;;s"), cast.celia)
    assert Consent.objects.filter(customer=cast.zeca).count() == 1


def test_values_of_lines_lie_encrypted(brought):
    made = brought("Maria;11912345678;52998224725;;;")
    with connection.cursor() as cursor:
        cursor.execute("SELECT encrypted_values FROM conversations_customerimportrow")
        [stored] = cursor.fetchone()
    assert "Maria" not in stored and made.rows.get().values["name"] == "Maria"


def test_a_worker_that_dies_in_the_middle_is_followed_without_doubles(brought, cast, monkeypatch):
    monkeypatch.setattr(working, "WRITTEN_AT_ONCE", 2)
    made = brought(*[f"Cliente {n};119123400{n:02};;;;" for n in range(5)])
    imports.start(made, by=cast.celia)
    with monkeypatch.context() as patch:
        patch.setattr(working, "Writing", dies_at_the_second(working.Writing))
        with pytest.raises(MemoryError):
            imports.work(made.pk)
    assert Customer.objects.filter(name__startswith="Cliente").count() == 2
    assert imports.sweep() == [made.pk]
    assert worked(made).state == ImportState.DONE
    assert Customer.objects.filter(name__startswith="Cliente").count() == 5


def dies_at_the_second(writing: type) -> type:
    class Dying(writing):
        made = []

        def write(self):
            super().write()
            self.made.append(self)
            if len(self.made) == 2:
                raise MemoryError

    return Dying


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_every_line_once(brought, cast):
    made = brought(*[f"Cliente {n};119123400{n:02};;;;" for n in range(20)])
    imports.start(made, by=cast.celia)
    together = Barrier(2)

    def run():
        together.wait()
        imports.work(made.pk)
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert worked(made).counts["new"] == 20
    assert Customer.objects.filter(name__startswith="Cliente").count() == 20


def test_a_stopped_import_writes_nothing_more(brought, cast):
    made = brought("Maria;11912345678;;;;")
    imports.start(made, by=cast.celia)
    imports.cancel(made, by=cast.celia)
    assert not imports.work(made.pk)
    assert not Customer.objects.filter(phone="+5511912345678").exists()
    with pytest.raises(Refused):
        imports.cancel(made, by=cast.celia)


def test_starting_twice_starts_once(brought, cast):
    made = brought("Maria;11912345678;;;;")
    imports.start(made, by=cast.celia)
    with pytest.raises(Refused):
        imports.start(made, by=cast.celia)


def test_old_files_and_lines_go_and_the_figures_stay(brought, cast):
    made = written(brought("Maria;11912345678;;;;"), cast.celia)
    CustomerImport.objects.update(created_at=made.created_at - timedelta(days=31))
    assert imports.prune() == 1
    made.refresh_from_db()
    assert not made.file and made.counts["new"] == 1
    assert not CustomerImportRow.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_lines(
    brought, cast, django_assert_max_num_queries
):
    made = brought(*[f"Cliente {n};119123400{n:02};;;;" for n in range(60)])
    imports.start(made, by=cast.celia)
    with django_assert_max_num_queries(60):
        worked(made)
