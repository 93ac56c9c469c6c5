"""One step of a flow: what happened comes in, the new state and what is to be done go out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from bots.engine.actions import ENDING, Action, Transfer, WaitUntil
from bots.engine.blocks import BLOCKS
from bots.engine.blocks.base import Block, Outcome, Surroundings, say
from bots.engine.blocks.menu import tapped
from bots.engine.context import Context
from bots.engine.events import (
    AIAnswered,
    Event,
    HTTPAnswered,
    MessageIn,
    Resumed,
    RuleHit,
    Started,
    TimedOut,
)
from bots.engine.flow import Flow, Node
from bots.engine.person import asks_for_person
from bots.engine.state import TRAIL_LENGTH, SessionState

MAX_NODES_PER_EVENT = 40
NO_FLOWS: Mapping[str, Flow] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """The result of a step. error: 'code:node' of a fault in the flow, '' when there is none."""

    state: SessionState
    actions: tuple[Action, ...]
    error: str = ""


class FlowFault(Exception):
    """The flow cannot go on: code and the node where."""

    def __init__(self, code: str, node: str):
        super().__init__(f"{code}:{node}")


def step(
    flow: Flow,
    state: SessionState,
    event: Event,
    now: datetime,
    context: Context,
    flows: Mapping[str, Flow] = NO_FLOWS,
) -> Step:
    """Return the state after the event and what is to be done.

    flow: the version the state runs on. now: aware, in the site's time zone. flows: the published
    ones that may be jumped to, by key. The same input gives the same output, always.
    A fault in the flow (a loop without input, a way out that leads nowhere) discards what the
    step had prepared and hands the conversation over with the reason bot_error.
    """
    if state.is_over and not isinstance(event, Resumed):
        return Step(state, ())
    walk = _Walk(flow, state, now, context, flows)
    try:
        walk.handle(event)
    except FlowFault as fault:
        hand_over = Transfer(reason="bot_error", summary=_summary(state))
        over = replace(state, is_over=True, waiting_until=None, request="")
        return Step(over, (hand_over,), str(fault))
    return Step(walk.state, tuple(walk.actions))


class _Walk:
    """The way of one event through a flow."""

    def __init__(self, flow, state, now, context, flows):
        self.flow: Flow = flow
        self.state: SessionState = replace(state, flow=flow.key, version=flow.version)
        self.now: datetime = now
        self.context: Context = context
        self.flows: Mapping[str, Flow] = flows
        self.actions: list[Action] = []
        self.nodes_entered = 0

    def handle(self, event: Event) -> None:
        if isinstance(event, MessageIn):
            self._message(event)
        elif isinstance(event, (Started, Resumed)):
            self._begin(self.flow)
        elif isinstance(event, TimedOut):
            self._time_out()
        else:
            self._answer(event)

    # What can happen

    def _message(self, message: MessageIn) -> None:
        here = self._node_of_tap(message) or self._node_here()
        is_tap = here is not None and tapped(here, message.button_id) is not None
        if not is_tap and asks_for_person(message.text, self.flow.person_words):
            self._to_person(here)
        elif here is None:
            self._first_message(message)
        else:
            outcome = self._block(here).receive(here, self._around(), message)
            if outcome.failed and message.rule and self._follow(message.rule):
                return
            self._apply(here, outcome)

    def _first_message(self, message: MessageIn) -> None:
        if not (message.rule and self._follow(message.rule)):
            self._begin(self.flow)

    def _time_out(self) -> None:
        here, due = self._node_here(), self.state.waiting_until
        if here and due and self.now >= due:
            self.state = replace(self.state, waiting_until=None)
            self._apply(here, self._block(here).time_out(here, self._around()))

    def _answer(self, answer: AIAnswered | HTTPAnswered) -> None:
        here = self._node_here()
        if here and self.state.request and answer.request == self.state.request:
            self.state = replace(self.state, request="")
            self._apply(here, self._block(here).answered(here, self._around(), answer))

    # Keyword rules and people

    def _follow(self, rule: RuleHit) -> bool:
        """Do what a rule says; False when it only would have led to a flow that is not there."""
        if rule.queue is None and not rule.reply and rule.flow not in self.flows:
            return False
        self._do(say(self._around().fill(rule.reply)))
        if rule.queue is not None:
            self._do((Transfer(queue=rule.queue or None, reason="keyword"),))
        elif rule.flow in self.flows:
            self._begin(self.flows[rule.flow])
        elif not self.state.node:
            self._begin(self.flow)
        return True

    def _to_person(self, here: Node | None) -> None:
        if here and "person" in here.exits:
            self._enter(here.exits["person"])
        else:
            self._do(say(self._around().words_for("handing_over")))
            self._do((Transfer(reason="asked_for_person"),))

    # Moving on

    def _begin(self, flow: Flow) -> None:
        self.flow = flow
        kept = {"answers": self.state.answers, "trail": self.state.trail}
        self.state = SessionState(
            flow=flow.key, version=flow.version, requests=self.state.requests, **kept
        )
        self._enter(flow.start)

    def _enter(self, node_id: str) -> None:
        node = self.flow.nodes.get(node_id)
        if node is None:
            raise FlowFault("missing_node", node_id)
        self.nodes_entered += 1
        if self.nodes_entered > MAX_NODES_PER_EVENT:
            raise FlowFault("endless_loop", node_id)
        self.state = replace(self.state, node=node_id, retries=0, waiting_until=None, request="")
        self._apply(node, self._block(node).enter(node, self._around()))

    def _apply(self, node: Node, outcome: Outcome) -> None:
        if outcome.keeps_waiting:
            return
        if outcome.failed:
            self._fail(node, outcome)
            return
        self._remember(outcome)
        self._do(outcome.actions)
        if self.state.is_over:
            return
        if outcome.flow:
            self._begin(self._flow_called(outcome.flow, node))
        elif outcome.exit:
            self._leave(node, outcome.exit)
        else:
            self._wait(node, outcome)

    def _leave(self, node: Node, exit: str) -> None:
        if exit not in node.exits:
            raise FlowFault("missing_branch", node.id)
        self._enter(node.exits[exit])

    def _wait(self, node: Node, outcome: Outcome) -> None:
        self.state = replace(
            self.state, node=node.id, waiting_until=outcome.until, request=outcome.request
        )
        if outcome.until:
            self.actions.append(WaitUntil(outcome.until))

    def _fail(self, node: Node, outcome: Outcome) -> None:
        failures, retries = self.state.failures + 1, self.state.retries + 1
        self.state = replace(self.state, node=node.id, failures=failures, retries=retries)
        limit = node.number("retries") or max(self.flow.max_failures - 1, 1)
        if failures >= self.flow.max_failures:
            self._do(say(self._around().words_for("failed")))
            self._do((Transfer(reason="bot_failed"),))
        elif retries >= limit and "invalid" in node.exits:
            self._enter(node.exits["invalid"])
        else:
            self._do(outcome.actions)
            self._wait(node, outcome)

    def _remember(self, outcome: Outcome) -> None:
        """Keep what the customer answered; having understood them makes good for failures."""
        if outcome.chose:
            trail = (*self.state.trail, outcome.chose)[-TRAIL_LENGTH:]
            self.state = replace(self.state, trail=trail, failures=0, retries=0)
        if outcome.answers:
            answers = {**self.state.answers, **outcome.answers}
            self.state = replace(self.state, answers=answers, failures=0, retries=0)
        if outcome.request:
            self.state = replace(self.state, requests=self.state.requests + 1)

    def _do(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            if isinstance(action, Transfer):
                self._hand_over(action)
            else:
                self.actions.append(action)
            if isinstance(action, ENDING):
                self.state = replace(self.state, is_over=True, waiting_until=None, request="")
                return

    def _hand_over(self, transfer: Transfer) -> None:
        """Outside business hours say so first; the conversation is queued all the same."""
        facts = self.context.queue_facts(transfer.queue)
        if not facts.is_open:
            closed_text = facts.closed_text or self._around().words_for("closed")
            self.actions.extend(say(self._around().fill(closed_text)))
        summary = transfer.summary or _summary(self.state)
        self.actions.append(replace(transfer, summary=summary))

    # Looking around

    def _around(self) -> Surroundings:
        return Surroundings(self.flow, self.state, self.now, self.context)

    def _node_here(self) -> Node | None:
        return self.flow.nodes.get(self.state.node)

    def _node_of_tap(self, message: MessageIn) -> Node | None:
        """The menu whose button was tapped, also when the flow has moved on since."""
        node = self.flow.nodes.get(message.button_id.rpartition(":")[0])
        return node if node and tapped(node, message.button_id) else None

    def _flow_called(self, key: str, node: Node) -> Flow:
        if key not in self.flows:
            raise FlowFault("missing_flow", node.id)
        return self.flows[key]

    def _block(self, node: Node) -> Block:
        if node.kind not in BLOCKS:
            raise FlowFault("unknown_kind", node.id)
        return BLOCKS[node.kind]


def _summary(state: SessionState) -> str:
    return "; ".join(state.trail)
