"""Which fault a call or a webhook gets: the switches of the simulator's page, thrown by dice."""

import random
from datetime import timedelta

from conversations.models import SimulatorSetting
from conversations.providers.simulator.errors import GraphError

# Out of order: updates are spread over this long, so that they overtake each other.
REORDER_SPREAD_MS = 1500


def refuse_message(setting: SimulatorSetting) -> None:
    """Raise the GraphError with which a message is turned away, if the switches want one."""
    if happens(setting.throttle_percent):
        raise GraphError(130429, "Cloud API message throughput has been reached.")
    if setting.error_code is not None and not setting.error_is_late:
        raise GraphError(setting.error_code, "An error chosen in the simulator.")


def late_error(setting: SimulatorSetting) -> GraphError | None:
    """Return the error with which an accepted message fails, if one is switched on."""
    if setting.error_code is None or not setting.error_is_late:
        return None
    return GraphError(setting.error_code, "An error chosen in the simulator.")


def webhook_delay(setting: SimulatorSetting, milliseconds: int = 0) -> timedelta:
    """Return how long an update waits that would go out after so many milliseconds."""
    if setting.reorder:
        milliseconds += random.randint(0, REORDER_SPREAD_MS)
    return timedelta(milliseconds=milliseconds + setting.webhook_delay_ms)


def media_fault(setting: SimulatorSetting, fault: str) -> bool:
    """Throw the dice over a file: whether it has this fault now."""
    return setting.media_fault == fault and happens(setting.media_error_percent)


def happens(percent: int) -> bool:
    """Throw the dice: True in so many cases out of a hundred."""
    return percent > 0 and random.randrange(100) < percent


def switch_outage(*, is_out: bool) -> None:
    """Answer every call with 503, or none."""
    setting = SimulatorSetting.current()
    setting.server_error_percent = 100 if is_out else 0
    setting.save()


def switch_off() -> None:
    """Let everything go well again."""
    SimulatorSetting(pk=1).save()
