"""Small flows and helpers for the engine's tests. No Django."""

from datetime import UTC, datetime, timedelta

from bots.engine.actions import SendMessage, Transfer
from bots.engine.context import Context, QueueFacts
from bots.engine.events import MessageIn
from bots.engine.flow import parse
from bots.engine.runner import step
from bots.engine.state import SessionState

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CONTEXT = Context(
    customer={"first_name": "Zeca", "city": "Santos", "attributes": {"vip": True}, "tags": ["vip"]},
    protocol="20261120-000001",
    site={"name": "Fibra"},
    queue="support",
    queues={
        "support": QueueFacts("support"),
        "night": QueueFacts("night", is_open=False, closed_text="Volte às 8h."),
    },
)

MENU = {
    "schema": 1,
    "start": "menu",
    "settings": {"max_failures": 3, "texts": {"not_understood": "Não entendi."}},
    "nodes": {
        "menu": {
            "kind": "menu",
            "title": "Menu",
            "data": {
                "text": "Como posso ajudar, {{customer.first_name}}?",
                "options": [
                    {"id": "signal", "title": "Estou sem sinal", "words": ["sem internet", "caiu"]},
                    {"id": "bill", "title": "Segunda via do boleto", "words": ["fatura"]},
                    {"id": "plans", "title": "Planos e upgrade"},
                    {"id": "desk", "title": "Falar com atendente"},
                ],
            },
            "exits": {
                "signal": "to_support",
                "bill": "asked",
                "plans": "bye",
                "desk": "to_person",
            },
        },
        "to_support": {"kind": "transfer", "data": {"queue": "support", "text": "Vou chamar."}},
        "to_person": {"kind": "transfer", "data": {"reason": "asked_for_person"}},
        "asked": {
            "kind": "question",
            "data": {"text": "Seu endereço?", "save_as": "address"},
            "exits": {"next": "thanks"},
        },
        "thanks": {
            "kind": "message",
            "data": {"text": "Anotei: {{answers.address}}."},
            "exits": {"next": "menu"},
        },
        "bye": {"kind": "close", "data": {"text": "Até mais!", "reason": "info"}},
    },
}


def flow_of(nodes=None, start="start", **settings):
    definition = MENU if nodes is None else {"start": start, "nodes": nodes, "settings": settings}
    return parse(definition, key="f", version="1")


def talk(flow, *events, state=None, now=NOW, context=CONTEXT, flows=None):
    """Run events one after the other, a minute apart; returns the last step and all actions."""
    state, done, last = state or SessionState(), [], None
    for number, event in enumerate(events):
        message = MessageIn(event) if isinstance(event, str) else event
        last = step(flow, state, message, now + timedelta(minutes=number), context, flows or {})
        state = last.state
        done += last.actions
    return last, done


def said(actions):
    return [action.body for action in actions if isinstance(action, SendMessage)]


def transfer_in(actions):
    return next((action for action in actions if isinstance(action, Transfer)), None)
