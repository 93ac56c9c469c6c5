"""The doors of one conversation, for tests that knock at all of them."""

from uuid import uuid4

READING = ["conversation", "details", "changes", "earlier", "canned_responses"]
CHANGING = [
    "take", "transfer", "return", "close", "read", "send", "note", "retry", "add_customer",
    "location", "contact", "interactive", "interactive_preview",
]  # fmt: skip
DIALOGS = ["transfer", "return", "close", "location", "contact", "interactive"]
# What a form sends so that it is the right, and not the form, that is asked about.
DATA = {
    "changes": {"since": "0"},
    "earlier": {"before": "m-" + str(uuid4())},
    "send": {"body": "Oi"},
    "note": {"body": "Oi"},
    "add_customer": {"card": f"{uuid4()}:0"},
    "retry": {"message": str(uuid4())},
    "transfer": {"reason": "porque sim"},
}
HTMX = {"HX-Request": "true"}
