"""Refusals: what an action answers when it may not be done. The text is for the person's eyes."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """An action that was not done; `code` is for programs, str() for people."""

    code = "refused"

    def __init__(self, text: str, code: str = ""):
        super().__init__(text)
        self.code = code or self.code


class AlreadyTaken(Refused):
    """Somebody else holds the conversation; `holder` says who."""

    code = "already_taken"

    def __init__(self, holder):
        super().__init__(_("%(name)s has already taken this conversation.") % {"name": holder})
        self.holder = holder


class WindowClosed(Refused):
    """Free text outside the 24 hours after the customer's last message (spec/03, 4.1)."""

    code = "window_closed"

    def __init__(self):
        super().__init__(
            _(
                "WhatsApp accepts free text only within 24 hours of the customer's last message. "
                "Wait for the customer to write, or send an approved template."
            )
        )


class InvalidMessage(Refused):
    """What was written cannot be sent as it is."""

    code = "invalid_message"
