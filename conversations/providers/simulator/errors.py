"""Meta's error objects (spec/03, 4.8) as the simulator answers them. Pure."""

import secrets
from typing import Any

TITLES = {
    0: "AuthException",
    1: "API Unknown",
    2: "API Service",
    3: "API Method",
    4: "API Too Many Calls",
    10: "Permission Denied",
    33: "Parameter value is not valid",
    100: "Invalid parameter",
    190: "Access token has expired",
    200: "Permission denied: no access token",
    368: "Temporarily blocked for policies violations",
    80007: "Rate limit issues",
    130403: "The business blocked this user",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    130497: "Business account is restricted from messaging users in this country",
    131000: "Something went wrong",
    131005: "Access denied",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131031: "Account has been locked",
    131037: "Display name approval needed",
    131042: "Business eligibility payment issue",
    131045: "Incorrect certificate",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement",
    131050: "User has stopped marketing messages",
    131051: "Unsupported message type",
    131052: "Media download error",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131057: "Account in maintenance mode",
    131060: "This message is currently unavailable",
    131062: "Business-scoped user id not allowed for this message",
    131063: "Marketing templates are disabled for this number",
    131064: "Temporarily limited for misclassified templates",
    132000: "Template param count mismatch",
    132001: "Template does not exist",
    132005: "Template hydrated text too long",
    132007: "Template format character policy violated",
    132012: "Template parameter format mismatch",
    132015: "Template is paused",
    132016: "Template is disabled",
    132018: "Template parameters are invalid",
    132068: "Flow is blocked",
    132069: "Flow is throttled",
    133000: "Incomplete deregistration",
    133004: "Server temporarily unavailable",
    133005: "Two-step verification PIN mismatch",
    133006: "Phone number needs to be verified",
    133008: "Too many two-step verification PIN guesses",
    133009: "Two-step verification PIN guessed too fast",
    133010: "Phone number not registered",
    133015: "Phone number was deleted recently",
    133016: "Registration limit exceeded",
    134011: "Payments terms not accepted",
    135000: "Generic user error",
    137000: "Recipient identity key mismatch",
    2388019: "Message template limit exceeded",
    2388039: "Message template cannot be changed",
    2388040: "Message template field is too long",
    2388047: "Message template header is not valid",
    2388072: "Message template body is not valid",
    2388073: "Message template footer is not valid",
    2388293: "Message template has too many variables for its length",
    2388299: "Message template cannot begin or end with a variable",
    2494100: "Account in maintenance mode",
}

_HTTP_STATUS = {
    0: 401, 1: 500, 2: 503, 3: 403, 4: 429, 10: 403, 190: 401, 200: 403, 368: 403, 80007: 429,
    130429: 429, 131000: 500, 131005: 403, 131016: 503, 131031: 403, 131048: 429, 131056: 429,
    133004: 503,
}  # fmt: skip


class GraphError(Exception):
    """A refusal in Meta's words: `code` decides, `details` explains, `status` is the HTTP status."""

    def __init__(self, code: int, details: str = "", *, status: int | None = None):
        super().__init__(f"(#{code}) {title_of(code)}: {details}")
        self.code = code
        self.details = details or title_of(code)
        self.status = status or _HTTP_STATUS.get(code, 400)

    def body(self) -> dict[str, Any]:
        """Return the body of a refused call, with a new fbtrace_id."""
        return {
            "error": {
                "message": f"(#{self.code}) {title_of(self.code)}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.details},
                "fbtrace_id": secrets.token_urlsafe(8),
            }
        }

    def in_status(self) -> dict[str, Any]:
        """Return the object of a failed status or of a message's own errors."""
        title = title_of(self.code)
        return {
            "code": self.code,
            "title": title,
            "message": title,
            "error_data": {"details": self.details},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }


def title_of(code: int) -> str:
    """Return Meta's title of a code; unknown codes are an unknown error."""
    return TITLES.get(code, "Unknown error")
