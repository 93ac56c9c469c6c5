import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from conversations import exports
from conversations.imports.columns import guess_columns
from conversations.models import Customer
from conversations.tests.factories import CustomerFactory
from helpdesk.testing.cast import waiting_conversation

pytestmark = pytest.mark.django_db
ADDRESS = "conversations:customer_export"


@pytest.fixture
def celia(client, cast):
    waiting_conversation(cast.contact, cast.support)
    client.force_login(cast.celia)
    return client


def csv_of(client, **query) -> str:
    answer = client.get(reverse(ADDRESS), {"format": "csv", **query})
    return b"".join(answer).decode("utf-8-sig")


def test_a_csv_holds_the_customers_one_sees_with_their_documents_masked(celia, cast):
    Customer.objects.filter(pk=cast.zeca.pk).update(city="Campinas")
    cast.zeca.document = "52998224725"
    cast.zeca.save(update_fields=["document"])
    CustomerFactory(name="De fora")
    said = csv_of(celia)
    assert "Zeca Pereira;+55 (11) 98765-4321" in said and "Campinas" in said
    assert "982" in said and "52998224725" not in said and "529.982" not in said
    assert "De fora" not in said


def test_an_xlsx_holds_the_same_as_text(celia):
    answer = celia.get(reverse(ADDRESS))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))
    lines = list(book.active.iter_rows(values_only=True))
    assert lines[1][:2] == ("Zeca Pereira", "+55 (11) 98765-4321")


def test_the_filter_of_the_list_holds_for_the_export(celia, cast):
    assert "Zeca" not in csv_of(celia, city="Recife")


def test_an_export_is_written_down(celia, cast):
    csv_of(celia)
    entry = AuditEntry.objects.get(kind="export")
    assert entry.actor_id == cast.celia.pk


def test_a_name_that_is_a_formula_comes_out_as_text(celia, cast):
    Customer.objects.filter(pk=cast.zeca.pk).update(name="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in csv_of(celia)


def test_an_import_understands_the_titles_of_an_export(cast):
    titles = next(exports.table_of(Customer.objects.all()))
    portuguese = ["Nome", "Telefone", "CPF ou CNPJ", "E-mail", "Contrato", "Plano"]
    assert len(titles) == 11
    assert all(guess.field for guess in guess_columns(portuguese, {}))


def test_the_number_of_queries_does_not_grow_with_the_customers(cast, django_assert_num_queries):
    for _ in range(5):
        CustomerFactory()
    with django_assert_num_queries(4):
        assert len(list(exports.table_of(Customer.objects.all()))) == 7
