"""Each code of spec/03, 4.8, typed from there: asked of the simulator over HTTP, decided, told in words."""

import pytest
from django.utils import translation

from conversations.models import Message, SimulatorSetting, Status
from conversations.providers import registry
from conversations.providers.base import OutboundMessage
from conversations.providers.cloud.error_table import RULES
from conversations.providers.cloud.errors import explain
from conversations.providers.simulator.setup import ensure_phone, ensure_simulator_channel
from conversations.templatetags.failures import why_not_sent
from conversations.tests.factories import QueueFactory

R, W, N, C, T = "retry", "wait", "never", "channel", "template"
SPEC = {
    0: C, 190: C, 3: C, 10: C, 200: C, 250: C, 299: C, 131005: C, 1: R, 131000: R, 2: R, 131016: R,
    133004: R, 4: W, 80007: W, 33: C, 100: N, 368: C, 131031: C, 130403: N, 130429: R, 130472: N,
    130497: N, 131008: N, 131009: N, 131021: N, 131026: N, 131030: N, 131037: C, 131042: C,
    131045: C, 133010: C, 131047: N, 131048: W, 131049: W, 131050: N, 131051: N, 131052: N,
    131053: N, 131056: R, 131057: R, 2494100: R, 131060: N, 131062: N, 131063: N, 131064: W,
    132000: T, 132012: T, 132018: T, 132001: T, 132005: T, 132007: T, 132015: T, 132016: T,
    132068: T, 132069: T, 133000: C, 133005: C, 133008: C, 133009: C, 133006: C, 133015: W,
    133016: W, 134011: C, 135000: R, 137000: N, 2388039: N, 2388040: N, 2388047: N, 2388072: N,
    2388073: N, 2388293: N, 2388299: N, 2388019: N,
}  # fmt: skip
# What the row of the table says to do, as the sentence says it.
TOLD = {
    131047: "template", 131026: "another way", 131052: "send it again", 131053: "convert",
    131042: "payment", 130403: "Unblock", 131050: "marketing", 132016: "another template",
    131045: "registers", 137000: "who the customer is", 190: "new token",
}  # fmt: skip


def test_no_code_of_the_table_is_without_a_rule_of_its_own():
    assert {code for code in SPEC if code not in (200, 250, 299)} <= set(RULES)
    assert set(RULES) <= set(SPEC)


@pytest.fixture
def refused(live_server, settings, db):
    """Send through the simulator with its switch 'error code' set: `refused(131047)`."""
    settings.SIMULATOR = True
    settings.BASE_URL = live_server.url
    channel = ensure_simulator_channel(QueueFactory())
    ensure_phone(channel, "Zeca", "5511987654321")

    def send(code):
        SimulatorSetting.objects.update_or_create(pk=1, defaults={"error_code": code})
        message = OutboundMessage(to="5511987654321", kind="text", body="Oi")
        return registry.get("simulator").send(channel, message)

    return send


@pytest.mark.parametrize("language", ["en", "pt-br"])
@pytest.mark.parametrize("code", SPEC)
def test_a_failure_says_what_happened_and_what_to_do(code, language):
    with translation.override(language):
        words = why_not_sent(Message(error_code=code, status=Status.FAILED))
    assert words.count(".") >= 2 and len(words) > 30
    if language == "en":
        assert TOLD.get(code, "").lower() in words.lower()


def test_both_languages_have_words_of_their_own_for_every_code():
    same = []
    for code in SPEC:
        for source in explain(code):
            with translation.override("pt-br"):
                if translation.gettext(source) == source:
                    same.append(source)
    assert not same


@pytest.mark.django_db(transaction=True)
def test_each_code_that_whatsapp_answers_with_is_decided_as_the_table_says(refused):
    wrong = {}
    for code, decision in SPEC.items():
        error = refused(code).error
        if (error.code, error.decision) != (code, decision):
            wrong[code] = error
        if decision in (R, W):
            assert error.retry_after > 0, code
    assert not wrong
