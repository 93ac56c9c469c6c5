"""Running a session's stored steps again, to see why the bot did what it did."""

from dataclasses import replace
from uuid import UUID

from bots.actions.catalogue import parsed_version
from bots.actions.facts import site_texts, site_time
from bots.engine import codec
from bots.engine.runner import Step, step
from bots.engine.state import SessionState
from bots.models import BotSession


def replay(session: BotSession) -> list[Step]:
    """Return the results of a session's steps, made again from the stored events alone.

    Steps taken after a person was there begin with a fresh state, as they did then.
    """
    state, results, texts = SessionState(), [], site_texts()
    for stored in session.log.order_by("sequence"):
        flow = parsed_version(stored.flow_version_id)
        called = parsed_version(UUID(stored.result["version"] or flow.version))
        if stored.result["is_fresh"]:
            state = SessionState(requests=state.requests)
        result = step(
            flow,
            state,
            codec.from_json(stored.event),
            site_time(stored.occurred_at),
            replace(codec.from_json(stored.context), texts=texts),
            {called.key: called},
        )
        state = result.state
        results.append(result)
    return results
