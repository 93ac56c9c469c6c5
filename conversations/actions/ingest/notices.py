"""What is said about numbers, accounts, templates and people, and who acts on it.

A handler is registered for one webhook field and called once per notice, after the messages of its
batch, in a transaction of its own that holds no lock but the partition's lease. What it raises
undoes the notice alone and parks its work item; replayed, the item is tried again.
"""

from collections.abc import Callable

from conversations.models import Channel, HandledNotice
from conversations.providers.base import AccountNotice

Handler = Callable[[AccountNotice, Channel | None], None]

# Field name of the webhook -> what to do. Filled by handles(); the modules that call it are named
# in conversations/wiring.py: _register_notice_handlers.
HANDLERS: dict[str, Handler] = {}


def handles(*field_names: str) -> Callable[[Handler], Handler]:
    """Register the decorated function for these webhook fields.

    It is given the notice and the channel the notice names, or None: account-level fields name
    the account only (notice.waba_id). Raises ValueError when a field has a handler already.
    """

    def register(handler: Handler) -> Handler:
        for name in field_names:
            if HANDLERS.setdefault(name, handler) is not handler:
                raise ValueError(f"The field {name!r} has a handler already.")
        return handler

    return register


def handle(notice: AccountNotice, channel: Channel | None) -> bool:
    """Act on one notice, once however often it is delivered; False when nobody was to be told.

    To be called inside a transaction.
    """
    handler = HANDLERS.get(notice.field_name)
    if handler is None:
        return False
    _, is_new = HandledNotice.objects.get_or_create(
        notice_id=notice.notice_id, defaults={"field_name": notice.field_name}
    )
    if is_new:
        handler(notice, channel)
    return is_new
