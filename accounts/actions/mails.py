"""Mails to people who work here, in the site's language."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


def send_mail(name: str, to: str, context: dict) -> None:
    """Send templates/accounts/mail/<name>.txt, whose first line is the subject.

    Raises what the mail server's connection raises (OSError, SMTPException).
    """
    language = getattr(context.get("person"), "language", "") or settings.LANGUAGE_CODE
    with translation.override(language):
        text = render_to_string(f"accounts/mail/{name}.txt", context | {"site": settings.SITE_NAME})
    subject, _newline, body = text.strip().partition("\n")
    EmailMessage(subject, body.strip() + "\n", to=[to]).send()
