"""A turn: what the bot does in one locked conversation with everything that is pending there.

A turn only prepares rows. The caller writes them all in the same transaction, so that after a
crash either everything of a step is there or nothing of it.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

import structlog

from bots.actions.catalogue import Catalogue, parsed_version
from bots.actions.effects import do, transfer
from bots.actions.facts import Queues, context_of, message_in, site_time
from bots.engine import codec
from bots.engine.actions import Transfer
from bots.engine.context import Texts
from bots.engine.events import Event, Resumed, TimedOut
from bots.engine.flow import Flow
from bots.engine.runner import Step, step
from bots.engine.state import SessionState
from bots.models import BotSession, BotStep
from conversations.actions.changes import ConversationChange
from conversations.models import Message, MessageKind, State

log = structlog.get_logger(__name__)
# Entries that nobody says to the bot: a changed number, a missed call, an emoji on a message.
NOT_SAID = {MessageKind.SYSTEM, MessageKind.REACTION}
ERROR_LENGTH = 300


class World:
    """What all turns of a batch share."""

    def __init__(self, now: datetime, catalogue: Catalogue, texts: Texts):
        self.now = now
        self.local_now = site_time(now)
        self.catalogue = catalogue
        self.queues = Queues(now)
        self.texts = texts


class Turn:
    """One conversation's turn. Afterwards `session` and `steps` are to be written."""

    def __init__(self, change: ConversationChange, session: BotSession | None, world: World):
        self.change = change
        self.conversation = change.conversation
        self.world = world
        self.is_new = session is None
        self.session = session or BotSession(conversation=self.conversation)
        self.state: SessionState = _state_of(self.session)
        self.steps: list[BotStep] = []
        self.flow_errors: dict[str, str] = {}  # by id of the flow version
        self.is_fresh = False
        self.has_changed = False

    def take(self, pending: list[Message], *, since: int = 0, was_given_back: bool = False) -> None:
        """Answer the pending messages in order; then see to a time-out or to being given back.

        since: version of the conversation from which on messages are the bot's; earlier ones were
        a person's business. A fault of ours hands the conversation over instead of leaving the
        customer without answer.
        """
        self._enter_epoch()
        for message in pending:
            if self._is_with_bot and message.version >= since:
                self._answer(message)
            self._mark_processed(message)
        if was_given_back and not self.steps and self._is_with_bot:
            self._run(Resumed())
        elif not self.steps and self._is_due:
            self._run(TimedOut())
        self._keep_state()

    @property
    def _is_with_bot(self) -> bool:
        return self.conversation.state == State.BOT

    @property
    def _is_due(self) -> bool:
        until = self.state.waiting_until
        return self._is_with_bot and until is not None and until <= self.world.now

    def _enter_epoch(self) -> None:
        """Begin anew when a person was there, or the conversation was closed, since the last step."""
        if self.session.epoch != self.conversation.bot_epoch or self.state.is_over:
            self.session.epoch = self.conversation.bot_epoch
            self.state = SessionState(requests=self.state.requests)
            self.is_fresh = True
            self.has_changed = True

    def _mark_processed(self, message: Message) -> None:
        self.session.processed_through = message.pk
        self.has_changed = True

    def _answer(self, message: Message) -> None:
        if message.kind in NOT_SAID or message.revoked_at or self.conversation.customer.blocked_at:
            return
        bot = self.world.catalogue.bot_for(self.conversation)
        rule = bot and self.world.catalogue.rule_hit(bot, self.conversation, message.body)
        self._run(message_in(message, rule), message)

    def _run(self, event: Event, message: Message | None = None) -> None:
        try:
            flow = self._flow()
            if flow is None:
                self._hand_over("no_bot")
            else:
                self._step(flow, event, message)
        except Exception as error:
            log.exception("bot.step_failed", conversation=str(self.conversation.pk))
            self.session.last_error = repr(error)[:ERROR_LENGTH]
            self._hand_over("bot_error")

    def _flow(self) -> Flow | None:
        """The version the state runs on; for a fresh state the one the channel's bot begins with."""
        if self.state.version:
            return parsed_version(UUID(self.state.version))
        bot = self.world.catalogue.bot_for(self.conversation)
        return parsed_version(bot.flow.published_id) if bot else None

    def _step(self, flow: Flow, event: Event, message: Message | None) -> None:
        world = self.world
        context = context_of(self.conversation, world.queues, world.texts)
        result = step(flow, self.state, event, world.local_now, context, world.catalogue.flows)
        self.session.steps += 1
        cause = message.pk if message else uuid5(self.session.pk, str(self.session.steps))
        for index, action in enumerate(result.actions):
            do(self.change, world.queues, cause, index, action)
        self.state = result.state
        self.steps.append(self._log(flow, event, message, context, result))
        self._note_error(flow, result)

    def _log(self, flow, event, message, context, result: Step) -> BotStep:
        return BotStep(
            session=self.session,
            sequence=self.session.steps,
            message=message,
            flow_version_id=UUID(flow.version),
            event=codec.to_json(event),
            # Without the texts: they are the same for all steps and decide nothing.
            context=codec.to_json(replace(context, texts=Texts())),
            result={
                "node": result.state.node,
                "version": result.state.version,
                "is_fresh": self._was_fresh(),
                "actions": [type(action).__name__ for action in result.actions],
            },
            error=result.error[:ERROR_LENGTH],
            occurred_at=self.world.now,
        )

    def _was_fresh(self) -> bool:
        """Whether this step is the first after the state was begun anew."""
        was_fresh, self.is_fresh = self.is_fresh, False
        return was_fresh

    def _note_error(self, flow: Flow, result: Step) -> None:
        if result.error:
            self.session.last_error = result.error[:ERROR_LENGTH]
            self.flow_errors[result.state.version or flow.version] = self.session.last_error

    def _hand_over(self, reason: str) -> None:
        if self._is_with_bot:
            transfer(self.change, self.world.queues, Transfer(reason=reason))
        self.has_changed = True

    def _keep_state(self) -> None:
        session, state = self.session, self.state
        if not (self.has_changed or self.steps):
            return
        self.has_changed = True
        session.state = codec.to_json(state)
        session.flow_version_id = UUID(state.version) if state.version else session.flow_version_id
        session.failures = state.failures
        session.waiting_until = state.waiting_until
        self.conversation.bot_attempts = state.failures


def _state_of(session: BotSession) -> SessionState:
    return codec.from_json(session.state) if session.state else SessionState()
