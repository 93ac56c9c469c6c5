"""The table of errors.py: one row per code, with the words for people. Pure data.

Times in seconds. `attempts` is how many requests are made in all before the message fails.
"""

from dataclasses import dataclass

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def _(message: str) -> str:
    """Mark a source string for makemessages; whoever shows it asks gettext."""
    return message


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do about a code: decision as in ProviderError, delay * factor**n up to longest."""

    decision: str
    reason: str
    advice: str
    delay: float | None = None
    factor: float = 2.0
    longest: float = 10 * MINUTE
    attempts: int | None = None


def _retry(reason, advice, delay=2.0, attempts=10, **more) -> Rule:
    return Rule("retry", reason, advice, delay=delay, attempts=attempts, **more)


def _wait(reason, advice, delay, attempts=4) -> Rule:
    return Rule("wait", reason, advice, delay=delay, factor=1.0, longest=delay, attempts=attempts)


def _never(reason, advice) -> Rule:
    return Rule("never", reason, advice)


def _channel(reason, advice) -> Rule:
    return Rule("channel", reason, advice)


def _template(reason, advice, delay=None) -> Rule:
    return Rule("template", reason, advice, delay=delay, factor=1.0, longest=delay or 0)


NOTHING_TO_DO = _("Nothing: the message is sent again by itself.")
ASK_ADMINISTRATOR = _("Tell an administrator; the details are on the message.")
CHECK_POLICY = _("An administrator looks at the account's quality and policy notices at Meta.")
SYNC_TEMPLATE = _("Synchronise the templates and choose this one again.")
CHECK_CONTENT = _("Change the message and send it again.")
CHECK_BUSINESS = _("An administrator looks at the account in Meta's business manager.")
REGISTER = _("An administrator registers the number again on the channel's page.")
OTHER_CHANNEL = _("Reach the customer in another way, for example by telephone.")

UNKNOWN = _never(_("WhatsApp refused the message."), ASK_ADMINISTRATOR)
UNREACHABLE = _retry(_("WhatsApp could not be reached."), NOTHING_TO_DO, attempts=None)

_TOKEN = _channel(
    _("The channel's access token is invalid or has expired."),
    _("An administrator enters a new token on the channel's page; what waits is sent then."),
)
_PERMISSION = _channel(
    _("The channel's access token lacks a permission."),
    _("An administrator gives the token both WhatsApp permissions and access to this number."),
)
_SERVER = _retry(_("WhatsApp had an error of its own."), NOTHING_TO_DO, attempts=4)
_DOWN = _retry(_("WhatsApp is not available at the moment."), NOTHING_TO_DO, attempts=12)
_RATE = _wait(
    _("Too many requests were made for this account."), NOTHING_TO_DO, 5 * MINUTE, attempts=12
)
_LOCKED = _channel(_("WhatsApp restricted or locked this account."), CHECK_POLICY)
_VALUE = _never(_("A part of the message is missing or not allowed."), CHECK_CONTENT)
_NOT_REGISTERED = _channel(_("The number is not registered at WhatsApp."), REGISTER)
_MAINTENANCE = _retry(_("The number is being maintained by WhatsApp."), NOTHING_TO_DO, delay=MINUTE)
_PARAMETERS = _template(
    _("The template's variables do not fit the template as it is at WhatsApp now."), SYNC_TEMPLATE
)
_PIN = _channel(
    _("The number's PIN is wrong or was tried too often."),
    _("An administrator waits as the details say and enters the right PIN."),
)
_TEMPLATE_EDIT = _never(
    _("WhatsApp refused the template."),
    _("Read the details, change the template, submit it again."),
)

# Codes 200 to 299 are permissions as well.
PERMISSION_CODES = range(200, 300)

RULES: dict[int, Rule] = {
    0: _TOKEN,
    190: _TOKEN,
    3: _PERMISSION,
    10: _PERMISSION,
    131005: _PERMISSION,
    1: _SERVER,
    131000: _SERVER,
    2: _DOWN,
    131016: _DOWN,
    133004: _DOWN,
    4: _RATE,
    80007: _RATE,
    33: _channel(
        _("The channel's number does not exist any more, or the token may not use it."),
        _("An administrator checks the phone number id and the token on the channel's page."),
    ),
    100: _never(_("WhatsApp did not understand the message."), ASK_ADMINISTRATOR),
    368: _LOCKED,
    131031: _LOCKED,
    130403: _never(
        _("This customer was blocked by us."), _("Unblock the customer first, then send again.")
    ),
    130429: _retry(_("The number sends faster than WhatsApp allows."), NOTHING_TO_DO, attempts=12),
    130472: _never(
        _("WhatsApp holds back marketing messages to this customer."),
        _("Write without a marketing template."),
    ),
    130497: _never(
        _("WhatsApp does not let this account write to the customer's country."), OTHER_CHANNEL
    ),
    131008: _VALUE,
    131009: _VALUE,
    131021: _never(
        _("The customer's number is the channel's own."), _("Check the customer's number.")
    ),
    131026: _never(
        _("The customer cannot be reached: no WhatsApp, an old version, or not accepted terms."),
        OTHER_CHANNEL,
    ),
    131030: _never(
        _("This is a test number and the customer is not on its list."),
        _("Add the customer's number to the list of allowed recipients at Meta."),
    ),
    131037: _channel(
        _("The number's display name is not approved yet."), CHECK_BUSINESS
    ),
    131042: _channel(
        _("There is a problem with the account's payment method."),
        _("An administrator puts the payment method in order at Meta."),
    ),
    131045: _NOT_REGISTERED,
    133010: _NOT_REGISTERED,
    131047: _never(
        _("The customer's last message is more than 24 hours old."),
        _("Send an approved template; free text is possible again once the customer answers."),
    ),
    131048: _wait(
        _("WhatsApp limits this number because of complaints."), CHECK_POLICY, 4 * HOUR
    ),
    131049: _wait(
        _("WhatsApp holds back this marketing message: the customer got too many."),
        _("Write without a marketing template, or wait."),
        DAY,
        attempts=2,
    ),
    131050: _never(
        _("The customer does not want marketing messages."),
        _("Write without a marketing template."),
    ),
    131051: _never(_("WhatsApp does not support this type of message."), CHECK_CONTENT),
    131052: _never(
        _("The customer's file could not be fetched from WhatsApp."),
        _("Ask the customer to send it again."),
    ),
    131053: _never(
        _("WhatsApp did not take the file."),
        _("Check its type and size, convert it and send it again."),
    ),
    131056: _retry(
        _("Too many messages to this customer in a short time."),
        NOTHING_TO_DO,
        delay=1.0,
        attempts=8,
        factor=4.0,
        longest=4096.0,
    ),
    131057: _MAINTENANCE,
    2494100: _MAINTENANCE,
    131060: _never(
        _("WhatsApp does not pass this message on."),
        _("Ask the customer to send it again, or look at the phone."),
    ),
    131062: _never(
        _("This message needs the customer's telephone number."),
        _("Ask the customer for the number."),
    ),
    131063: _never(_("Marketing templates are switched off for this number."), CHECK_BUSINESS),
    131064: _wait(
        _("WhatsApp limits this account because of wrongly classified templates."),
        CHECK_POLICY,
        6 * HOUR,
    ),
    132000: _PARAMETERS,
    132012: _PARAMETERS,
    132018: _PARAMETERS,
    132001: _template(
        _("The template does not exist in this language or is not approved."), SYNC_TEMPLATE
    ),
    132005: _template(
        _("The template's text is too long once its variables are filled in."),
        _("Shorten what is filled in."),
    ),
    132007: _template(
        _("The template violates WhatsApp's policy."),
        _("Change the template and submit it again, or choose another one."),
    ),
    132015: _template(
        _("WhatsApp paused the template because of low quality."),
        _("Choose another template or wait until the pause is over."),
        delay=3 * HOUR,
    ),
    132016: _template(
        _("WhatsApp disabled the template for good."), _("Choose another template.")
    ),
    132068: _template(_("The template's form is blocked."), _("Choose another template.")),
    132069: _template(
        _("The template's form was sent too often in this hour."),
        _("Choose another template or wait an hour."),
        delay=HOUR,
    ),
    133000: _channel(
        _("The number was not properly deregistered."),
        _("An administrator deregisters the number again."),
    ),
    133005: _PIN,
    133008: _PIN,
    133009: _PIN,
    133006: _channel(_("The number has to be verified first."), REGISTER),
    133015: _wait(
        _("The number was deleted a moment ago."), NOTHING_TO_DO, 5 * MINUTE, attempts=6
    ),
    133016: _wait(
        _("The number was registered and deregistered too often."), REGISTER, 72 * HOUR, attempts=2
    ),
    134011: _channel(
        _("The terms for payments are not accepted."),
        _("An administrator accepts the terms at Meta."),
    ),
    135000: _retry(
        _("WhatsApp could not work with a part of the message."), CHECK_CONTENT, attempts=2
    ),
    137000: _never(
        _("The customer's identity changed."),
        _("Make sure who the customer is before you write again."),
    ),
    **dict.fromkeys(
        [2388019, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299], _TEMPLATE_EDIT
    ),
}  # fmt: skip


def describe(rule: Rule) -> tuple[str, str]:
    """Return a rule's sentences: what happened, what to do."""
    return rule.reason, rule.advice
