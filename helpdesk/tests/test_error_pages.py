"""Error pages help, and need nothing that could be broken itself."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
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
