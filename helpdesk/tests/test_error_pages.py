"""Error pages help, and need nothing that could be broken itself."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from helpdesk.error_pages import server_error


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "405", "413", "429", "500"])
def test_each_says_what_happened_and_offers_one_way_back(code, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = render_to_string(f"{code}.html")
    assert code[:3] in page
    assert page.count('href="/"') == 1


@pytest.fixture(autouse=True)
def _database(db):
    """Only so that queries can be counted."""


def test_an_unknown_address_is_the_404_page(client):
    answer = client.get("/nada/")
    assert answer.status_code == 404
    assert b"errpage" in answer.content


def test_a_form_without_its_token_is_told_so(ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    answer = client.post("/conversations/01a1f956-cf72-78f4-8a47-fb6dc2d2ce8a/take/")
    assert answer.status_code == 403
    assert b"errpage" in answer.content


def test_what_only_a_form_may_ask_is_told_to_people_and_stays_short_for_scripts(ana, client_of):
    client, address = client_of(ana), "/notifications/read/"
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert b"errpage" in answer.content
    for headers in ({}, {"Accept": "text/html", "HX-Request": "true"}):
        assert client.get(address, headers=headers).content == b""


def test_a_form_that_is_too_large_is_told_so(ana, client_of, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client_of(ana).post("/profile/name", {"full_name": "x" * 200})
    assert answer.status_code == 413
    assert b"errpage" in answer.content


@pytest.mark.parametrize(("theme", "language"), [("dark", "pt-br"), ("light", "en")])
def test_a_broken_page_needs_no_database_and_keeps_theme_and_language(
    rf, theme, language, django_assert_num_queries
):
    request = rf.get("/")
    request.id = "0123456789abcdef"
    request.COOKIES["theme"] = theme
    with translation.override(language), django_assert_num_queries(0):
        answer = server_error(request)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert f'lang="{language}" data-theme="{theme}"' in page
    assert "01234567" in page
