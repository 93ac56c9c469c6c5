"""What a notice says, in the reader's language, from its kind and facts."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from conversations.channel_words import QUALITY_WORDS, error_text
from conversations.models import Notice, NoticeKind

TONES = {NoticeKind.LIMIT: "wait", NoticeKind.NAME: "wait", NoticeKind.REVIEW: "wait"}
SHOWN = 20


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as it is read."""

    notice: Notice
    title: str
    text: str
    tone: str


def lines_for(user) -> list[NoticeLine]:
    """Return the newest open notices this person sees."""
    rows = Notice.objects.open().for_user(user).newest_first().select_related("channel", "waba")
    return [line_of(notice) for notice in rows.defer(*_SECRETS)[:SHOWN]]


def line_of(notice: Notice) -> NoticeLine:
    """Say a notice."""
    about = notice.channel or notice.waba or notice.data.get("name", "")
    title = f"{about}: {notice.get_kind_display()}"
    return NoticeLine(notice, title, SAID[notice.kind](notice.data), TONES.get(notice.kind, "bad"))


def _stopped(data: dict) -> str:
    said = error_text(data.get("code"), data.get("details", ""))
    return " ".join([said, _("Nothing is lost: messages wait until the number sends again.")])


def _quality(data: dict) -> str:
    _tone, word = QUALITY_WORDS.get(data.get("quality"), ("", lambda: ""))
    if word():
        return _("Its quality is %(quality)s now. Customers have blocked or reported it.") % {
            "quality": word()
        }
    return _("Meta lowered it to %(limit)s. Customers have blocked or reported it.") % {
        "limit": data.get("limit") or "?"
    }


def _limit(data: dict) -> str:
    return _("The account reaches %(limit)s customers in 24 hours, %(before)s before.") % data


def _name(data: dict) -> str:
    said = _("WhatsApp decided on the name %(name)s: %(decision)s.") % {
        "name": data.get("name", ""),
        "decision": data.get("decision", ""),
    }
    return " ".join(filter(None, [said, data.get("details", "")]))


def _account(data: dict) -> str:
    said = EVENTS.get(data.get("event"), lambda: data.get("event", ""))()
    kind = f"({data['type']})" if data.get("type") else ""
    until = _("Date: %s.") % data["until"] if data.get("until") else ""
    return " ".join(filter(None, [said, kind, until]))


EVENTS = {
    "DISABLED_UPDATE": lambda: _("Meta has disabled the account, or is about to."),
    "ACCOUNT_DELETED": lambda: _("The account was deleted at Meta; its numbers are blocked."),
    "PARTNER_REMOVED": lambda: _("Our app was removed from the account; nothing can be sent."),
    "PARTNER_APP_UNINSTALLED": lambda: _(
        "Our app was removed from the account; nothing can be sent."
    ),
    "ACCOUNT_OFFBOARDED": lambda: _("The account was taken away from our app."),
    "ACCOUNT_RESTRICTION": lambda: _("Meta has restricted the account."),
    "ACCOUNT_VIOLATION": lambda: _("Meta reports that the account broke a policy."),
}


def _alert(data: dict) -> str:
    return data.get("details") or data.get("type", "")


def _review(data: dict) -> str:
    return _("The review of the account ended with: %s.") % data.get("decision", "")


def _security(data: dict) -> str:
    return _("A security setting of the number was changed (%s). Make sure that it was you.") % (
        data.get("event", "")
    )


def _breaker(data: dict) -> str:
    said = _("It failed several times in a row and is left alone for a while.")
    return " ".join(filter(None, [said, data.get("details", "")]))


SAID = {
    NoticeKind.CHANNEL_STOPPED: _stopped,
    NoticeKind.PAYMENT: _stopped,
    NoticeKind.QUALITY: _quality,
    NoticeKind.LIMIT: _limit,
    NoticeKind.NAME: _name,
    NoticeKind.ACCOUNT: _account,
    NoticeKind.ALERT: _alert,
    NoticeKind.REVIEW: _review,
    NoticeKind.SECURITY: _security,
    NoticeKind.BREAKER: _breaker,
}
_SECRETS = [
    f"channel__{name}" for name in ("access_token", "app_secret", "webhook_secret", "verify_token")
]
