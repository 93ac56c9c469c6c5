"""One channel's turn: many requests in flight, at the channel's pace, one writer to the database."""

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog

from conversations import live
from conversations.actions.outbox.claims import Claimed, claim, has_due
from conversations.actions.outbox.results import channel_error, finish, pause_channel
from conversations.models import Channel
from conversations.providers import registry
from conversations.providers.base import SendResult
from helpdesk.core import leases
from helpdesk.core.breaker import breaker

log = structlog.get_logger(__name__)

IN_FLIGHT = 50  # rate x latency: 167/s at 300 ms (spec/02)
# A claim costs some 10 ms however few it takes, and waits for the drainer at the same rows.
CLAIM_AT_ONCE = 32
TURN_SECONDS = 20.0  # then the next channel's turn may come to this worker
LEASE_SECONDS = 10.0
RENEW_SECONDS = 2.0
# A round costs some 15 ms of CPU however few messages it has: let a few answers come together.
ROUND_SECONDS = 0.05
BURST_SECONDS = 0.125  # of the channel's pace at once: 10 messages at 80/s
BREAKER_FAILURES, BREAKER_SECONDS = 3, 30  # 08-operations.md

# Threads of this process that talk to providers; none of them touches the database.
_senders = ThreadPoolExecutor(max_workers=64, thread_name_prefix="sender")


def send_due(channel_id) -> bool:
    """Send what is due on a channel; True when there is more to do right away.

    Returns at once when somebody else has the turn: whoever has it looks again before it ends.
    Raises Channel.DoesNotExist.
    """
    channel = Channel.objects.get(pk=channel_id)
    if not channel.is_active or channel.paused_reason or not has_due(channel_id):
        return False
    turn = _Turn(channel)
    if not turn.take_lease():
        return False
    try:
        with live.gathering() as gathered:
            turn.run(gathered)
    finally:
        turn.end()
    return turn.may_go_on and has_due(channel_id)


def has_turn(channel_id) -> bool:
    """Whether somebody works on a channel's queue, who looks again before the turn ends.

    To be asked after the commit of what waits there: whoever gives the turn back looks for due
    messages after that, so what was committed before this answer is seen.
    """
    return leases.is_held(_lease_name(channel_id))


def _lease_name(channel_id) -> str:
    return f"outbox.{channel_id}"


class _Turn:
    def __init__(self, channel: Channel):
        self.may_go_on = True
        self._channel = channel
        self._provider = registry.get(channel.provider)
        self._breaker = breaker(f"whatsapp.{channel.provider}", BREAKER_FAILURES, BREAKER_SECONDS)
        self._holder = leases.new_holder()
        self._lease = _lease_name(channel.pk)
        self._fences: dict[str, int] = {}
        self._in_flight: dict[Future, Claimed] = {}
        self._pace = _Pace(channel.messages_per_second)
        self._ends_at = time.monotonic() + TURN_SECONDS
        self._renew_at = 0.0

    def take_lease(self) -> bool:
        fence = leases.acquire(self._lease, self._holder, LEASE_SECONDS)
        if fence is None:
            return False
        self._fences = {self._lease: fence}
        self._renew_at = time.monotonic() + RENEW_SECONDS
        return True

    def run(self, gathered: live.Gathered) -> None:
        while True:
            more_waits = self._may_start() and self._start_some()
            if not more_waits and not self._in_flight:
                if not self._is_paced():
                    return
                time.sleep(ROUND_SECONDS)
            if not more_waits:
                gathered.publish()
            self._collect(0 if more_waits else ROUND_SECONDS)

    def end(self) -> None:
        while self._in_flight:
            self._collect(ROUND_SECONDS)
        if self._fences:
            leases.release(self._lease, self._holder, self._fences[self._lease])

    def _may_start(self) -> bool:
        now = time.monotonic()
        if not self.may_go_on or not self._fences or now > self._ends_at:
            return False
        if now > self._renew_at:
            self._renew()
        return bool(self._fences)

    def _is_paced(self) -> bool:
        """Whether nothing was started only because the channel's pace forbids it just now."""
        return self._may_start() and self._pace.allowance() < 1

    def _renew(self) -> None:
        if not leases.renew(self._lease, self._holder, self._fences[self._lease], LEASE_SECONDS):
            self._fences = {}
        self._renew_at = time.monotonic() + RENEW_SECONDS

    def _start_some(self) -> bool:
        """Start as many requests as there is room for; True when more messages may be waiting."""
        room = min(IN_FLIGHT - len(self._in_flight), CLAIM_AT_ONCE, self._pace.allowance())
        if room <= 0:
            return False
        if not self._breaker.allow():
            self.may_go_on = False
            return False
        try:
            claimed = claim(self._channel, self._fences, room)
        except leases.LeaseLost:
            self._fences = {}
            return False
        for one in claimed:
            future = _senders.submit(self._provider.send, self._channel, one.outbound)
            self._in_flight[future] = one
        self._pace.spend(len(claimed))
        return len(claimed) == room

    def _collect(self, timeout: float) -> None:
        """Store the answers that come within `timeout` seconds."""
        done, _ = wait(self._in_flight, timeout=timeout)
        if not done:
            return
        results = [(self._in_flight.pop(future), _answer(future)) for future in done]
        finish(self._channel, results)
        self._judge(results)

    def _judge(self, results) -> None:
        """Draw conclusions for the channel and for the provider's host."""
        error = channel_error(results)
        if error is not None:
            pause_channel(self._channel, error)
            log.error("outbox.channel_paused", channel=str(self._channel.pk), code=error.code)
            self.may_go_on = False
        broken = [result for _, result in results if _is_host_failure(result)]
        for result in broken:
            self._breaker.record_failure(result.detail or result.error.details)
        if len(broken) < len(results):
            self._breaker.record_success()


def _answer(future: Future) -> SendResult:
    """A provider never raises; if one does, nobody knows what has left."""
    error = future.exception()
    if error is None:
        return future.result()
    log.error("outbox.provider_raised", error=repr(error))
    return SendResult(ambiguous=True, detail=type(error).__name__)


def _is_host_failure(result: SendResult) -> bool:
    """A connection that failed, or a server error: the breaker counts these."""
    if result.ambiguous:
        return True
    error = result.error
    return error is not None and (
        error.http_status is None or (error.http_status >= 500 and error.decision == "retry")
    )


class _Pace:
    """At most so many messages a second, with a small burst at the beginning of a turn."""

    def __init__(self, per_second: int):
        self._per_second = max(1, per_second)
        self._burst = max(1.0, self._per_second * BURST_SECONDS)
        self._tokens = self._burst
        self._at = time.monotonic()

    def allowance(self) -> int:
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        return int(self._tokens)

    def spend(self, count: int) -> None:
        self._tokens -= count
