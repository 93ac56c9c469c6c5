import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conversations.actions import imports
from conversations.models import Customer, CustomerImport

pytestmark = pytest.mark.django_db
CONTENT = "Nome;Cel\nMaria;11912345678\n=1+1;123\n"


@pytest.fixture
def celia(client, cast):
    client.force_login(cast.celia)
    return client


def upload(client, content=CONTENT):
    file = SimpleUploadedFile("clientes.csv", content.encode())
    return client.post(reverse("conversations:customer_import"), {"file": file})


def address(name, made):
    return reverse(f"conversations:{name}", args=[made.pk])


def test_a_supervisor_brings_a_file_in_step_by_step(celia):
    assert upload(celia).status_code == 302
    made = CustomerImport.objects.get()
    page = celia.get(address("import_columns", made))
    assert "Cel" in page.text and "11912345678" in page.text
    chosen = {"column-0": "name", "column-1": "phone", "existing": "update"}
    assert celia.post(address("import_columns", made), chosen).status_code == 302
    imports.work(made.pk)
    page = celia.get(address("import_step", made))
    assert "3 digits" in page.text
    celia.post(address("import_start", made))
    while imports.work(made.pk):
        pass
    assert Customer.objects.filter(phone="+5511912345678").exists()
    assert "Maria" in celia.get(address("import_step", made), {"show": "all"}).text


def test_lines_with_errors_are_downloaded_as_they_were_without_formulas(celia):
    upload(celia)
    made = CustomerImport.objects.get()
    celia.post(
        address("import_columns", made),
        {"column-0": "name", "column-1": "phone", "existing": "update"},
    )
    imports.work(made.pk)
    said = b"".join(celia.get(address("import_errors", made))).decode("utf-8-sig")
    assert said.splitlines()[1].startswith("'=1+1;123;3;")


@pytest.mark.parametrize("content", ["", "\0\0\0"])
def test_what_is_no_table_is_answered_with_a_sentence(celia, content):
    answer = upload(celia, content)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert not CustomerImport.objects.exists()


def test_choosing_one_field_twice_is_answered_on_the_page(celia):
    upload(celia)
    made = CustomerImport.objects.get()
    answer = celia.post(
        address("import_columns", made),
        {"column-0": "phone", "column-1": "phone", "existing": "update"},
    )
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_a_running_import_refreshes_itself_until_it_ends(celia):
    upload(celia)
    made = CustomerImport.objects.get()
    celia.post(
        address("import_columns", made),
        {"column-0": "name", "column-1": "phone", "existing": "update"},
    )
    htmx = {"HTTP_HX_REQUEST": "true"}
    assert "HX-Refresh" not in celia.get(address("import_step", made), **htmx)
    imports.work(made.pk)
    assert celia.get(address("import_step", made), **htmx)["HX-Refresh"] == "true"


def test_another_supervisor_does_not_see_the_import(client, cast, celia):
    from accounts.models.users import Role
    from helpdesk.testing.cast import create_person

    upload(celia)
    other = create_person("rita", "Rita", Role.SUPERVISOR, cast.support)
    client.force_login(other)
    assert client.get(address("import_step", CustomerImport.objects.get())).status_code == 404
