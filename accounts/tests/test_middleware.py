import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from accounts.middleware import LanguageMiddleware


@pytest.fixture
def visit():
    """Ask for a page as somebody; the page says which language is spoken."""

    def ask(user, path="/", **headers):
        request = RequestFactory().get(path, headers=headers)
        request.user = user
        return LanguageMiddleware(lambda request: HttpResponse(translation.get_language()))(request)

    return ask


def test_everybody_reads_in_their_own_language(ana, visit, settings):
    settings.LANGUAGE_CODE = "pt-br"
    ana.language = "en"
    assert visit(ana).content == b"en"
    assert visit(AnonymousUser()).content == b"pt-br"


def test_whoever_must_change_their_password_is_sent_there_first(ana, visit):
    ana.must_change_password = True
    response = visit(ana, "/inbox/")
    assert response.status_code == 302
    assert visit(ana, response.url).status_code == 200
    assert visit(ana, "/inbox/", **{"HX-Request": "true"}).headers["HX-Redirect"] == response.url
