"""The Portuguese of the screens is complete, compiled, and meets no English. See .ci/translations.py too."""

import ast
import gettext
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from conversations.actions.texts import closing_text, protocol_text
from conversations.models import Status
from conversations.templatetags.failures import why_not_sent
from conversations.tests.factories import ConversationFactory, OutboundMessageFactory

FOLDER = settings.BASE_DIR / "helpdesk" / "locale" / "pt_BR" / "LC_MESSAGES"
ENTRY = re.compile(r'^msgid (".+")\nmsgstr (".+")$', re.MULTILINE)
UNTRANSLATED = re.compile(
    r'^msgid (".+")\n(?:msgid_plural .*\n)?msgstr(?:\[0\])? ""\n(?!")', re.MULTILINE
)
TEXTS = re.compile(r'>([^<>]+)<|(?:title|aria-label|placeholder|value)="([^"]+)"')

LABELS = {
    "account_login": {"Log in": "Entrar", "E-mail or username": "E-mail ou usuário"},
    "conversations:inbox": {
        "Mine": "Minhas", "Waiting": "Espera", "Bot": "Robô", "All": "Todas", "Closed": "Encerradas",
        "Search conversations": "Buscar conversas", "Log out": "Sair", "Available": "Disponível",
        "Order and filter": "Ordem e filtros", "Give back to the queue": "Devolver à fila",
        "Administration": "Administração",
    },
    "accounts:profile": {"My profile": "Meu perfil", "Save": "Salvar", "Dark": "Escuro"},
    "accounts:users": {"Users": "Usuários", "Role": "Papel", "Invite": "Convidar"},
    "accounts:audit": {"Audit trail": "Auditoria", "Every action": "Toda ação"},
    "admin:index": {"Log out": "Sair", "Queues": "Filas", "Bots": "Robôs", "Change": "Editar"},
    "admin:conversations_queue_add": {"Name:": "Nome:", "Save": "Salvar", "Weekday": "Dia da semana"},
}  # fmt: skip


def po() -> str:
    return (FOLDER / "django.po").read_text(encoding="utf-8")


def test_every_entry_is_translated_and_none_is_a_guess():
    assert UNTRANSLATED.findall(po()) == []
    assert "fuzzy" not in po()


def test_the_compiled_file_is_what_the_catalogue_says():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    written = {
        ast.literal_eval(said): ast.literal_eval(means) for said, means in ENTRY.findall(po())
    }
    assert len(written) > 1000
    # An English word with two meanings stands twice, once with its context.
    with_context = set(re.findall(r'^msgctxt .*\nmsgid (".+")$', po(), re.MULTILINE))
    plain = [said for said in written if f'"{said}"' not in with_context]
    assert [said for said in plain if compiled.get(said) != written[said]] == []


def page(person, address: str) -> set[str]:
    client = Client()
    if address != reverse("account_login"):
        client.force_login(person)
    html = re.sub(r"(?s)<(script|style).*?</\1>", "", client.get(address).content.decode())
    return {unescape(" ".join((text or label).split())) for text, label in TEXTS.findall(html)}


@pytest.mark.parametrize("name", LABELS)
@pytest.mark.parametrize("language", ["pt-br", "en"])
def test_a_page_speaks_one_language_only(davi, settings, name, language):
    settings.LANGUAGE_CODE = language
    shown, labels = page(davi, reverse(name)), LABELS[name]
    other, own = (labels, labels.values()) if language == "pt-br" else (labels.values(), labels)
    assert set(own) - shown == set()
    assert set(other) & shown == set()


def test_a_page_that_does_not_exist_says_so_in_portuguese(davi, settings):
    settings.LANGUAGE_CODE = "pt-br"
    assert "Esta página não existe" in page(davi, "/nada/")


def test_months_are_small_in_portuguese():
    with translation.override("pt-br"):
        assert (
            date_format(datetime(2026, 11, 20, tzinfo=UTC), "DATE_FORMAT")
            == "20 de novembro de 2026"
        )


def test_customers_are_told_their_protocol_in_portuguese(db, settings):
    settings.LANGUAGE_CODE = "pt-br"
    conversation = ConversationFactory(protocol="20261120-000342")
    assert "Seu número de protocolo é 20261120-000342." in protocol_text(conversation)
    assert "Seu atendimento de protocolo 20261120-000342 foi encerrado." in closing_text(
        conversation
    )


def test_a_failure_is_told_in_the_readers_language(db):
    failed = OutboundMessageFactory(
        status=Status.FAILED, error_code=131047, error_text="Re-engagement message"
    )
    with translation.override("pt-br"):
        assert why_not_sent(failed).startswith("A última mensagem do cliente tem mais de 24 horas.")
    assert why_not_sent(failed).startswith("The customer's last message is more than 24 hours old.")


def test_a_failure_without_a_code_is_told_too(db):
    failed = OutboundMessageFactory(
        status=Status.FAILED, error_text="WhatsApp could not be reached. (ConnectionError)"
    )
    with translation.override("pt-br"):
        assert why_not_sent(failed) == "Não foi possível falar com o WhatsApp."
