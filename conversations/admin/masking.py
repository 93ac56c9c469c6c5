"""Raw webhooks for the eyes of administrators: readable, but without people's numbers."""

import json
import re

# Keys of the provider's contract (spec/03) whose value says who somebody is.
PERSONAL_KEYS = {
    "from", "to", "wa_id", "recipient_id", "recipient_participant_id", "user_id", "from_user_id",
    "to_user_id", "recipient_user_id", "parent_user_id", "phone", "phone_number", "input",
    "display_phone_number", "old_wa_id", "new_wa_id", "previous", "current", "participant", "apikey",
}  # fmt: skip
# Keys whose digits are no numbers of people although they look like it.
TECHNICAL_KEYS = {
    "id",
    "timestamp",
    "time",
    "phone_number_id",
    "sha256",
    "mime_type",
    "url",
    "link",
}
NUMBER = re.compile(r"\+?\d[\d\s().-]{8,}\d", re.ASCII)
SHOWN = 4


def mask(value: str) -> str:
    """Leave the last four characters."""
    return (
        "•" * max(len(value) - SHOWN, 0) + value[-SHOWN:]
        if len(value) > SHOWN
        else "•" * len(value)
    )


def masked_body(body: bytes) -> str:
    """Return a body as indented JSON with numbers masked; what is no JSON as masked text."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return masked_text(body.decode("utf-8", "replace"))
    return json.dumps(masked(parsed), ensure_ascii=False, indent=2)


def masked(value, key: str = ""):
    """Mask a parsed value, all that lies in it included."""
    if isinstance(value, dict):
        return {name: masked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, key) for inner in value]
    if key in PERSONAL_KEYS and isinstance(value, str | int) and not isinstance(value, bool):
        return mask(str(value))
    return masked_text(value) if isinstance(value, str) and key not in TECHNICAL_KEYS else value


def masked_text(text: str) -> str:
    """Mask every number in a text that is long enough to be a telephone."""
    return NUMBER.sub(lambda number: mask(number[0]), text)
