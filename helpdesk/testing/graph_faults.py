"""The faults of the stand-alone Graph server, as a script that tests can read aloud."""

from dataclasses import dataclass

from conversations.providers.simulator.errors import GraphError

KINDS = {"ok", "throttle", "unavailable", "error", "failed", "cut", "delay", "status_first"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one message that is asked for; see graph_server for the kinds."""

    kind: str = "ok"
    code: int = 0
    seconds: float = 0.0

    @property
    def refusal(self) -> GraphError | None:
        """The error to answer with instead of accepting, if this fault is one."""
        if self.kind == "throttle":
            return GraphError(130429, "Cloud API message throughput has been reached.")
        if self.kind == "unavailable":
            return GraphError(131016, "The service is temporarily unavailable.", status=503)
        if self.kind == "error":
            return GraphError(self.code)
        return None


class FaultScript:
    """Steps like "throttle*3,cut,delay=2"; each message takes the next, then all goes well."""

    def __init__(self, script: str):
        self._steps = [fault for step in script.split(",") if step.strip() for fault in _read(step)]

    def __call__(self, body: dict, asked: int) -> Fault:
        return self._steps.pop(0) if self._steps else Fault()


def _read(step: str) -> list[Fault]:
    step, _, times = step.strip().partition("*")
    kind, _, value = step.partition("=")
    if kind not in KINDS:
        raise ValueError(f"There is no fault {kind!r}; known are: {', '.join(sorted(KINDS))}.")
    if kind == "delay":
        fault = Fault(kind, seconds=float(value))
    else:
        fault = Fault(kind, code=int(value or 0))
    return [fault] * int(times or 1)
