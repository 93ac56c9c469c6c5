"""Logs: one JSON object per line for machines, readable lines on a terminal.

Log names and ids, never message text or personal data: `log.info("outbound.sent", message=id)`.
"""

import sys

import structlog

# Should one of these be passed after all, its value is left out.
PRIVATE = {
    "body",
    "text",
    "phone",
    "customer_name",
    "email",
    "document",
    "password",
    "access_token",
}
HIDDEN = "[hidden]"


def logging_settings(is_debug: bool, is_testing: bool) -> dict:
    """Configure structlog and return Django's LOGGING, which sends everything to standard error."""
    is_terminal = sys.stderr.isatty()
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_private_values,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=not is_testing,
    )
    return _dict_config(shared, _renderers(is_debug or is_terminal), is_terminal, is_testing)


def hide_private_values(logger, method, event: dict) -> dict:
    """Replace values that must not be in a log."""
    for key in PRIVATE & event.keys():
        event[key] = HIDDEN
    return event


def _renderers(for_people: bool) -> list:
    if for_people:
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    else:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]


def _dict_config(shared, renderers, is_terminal, is_testing) -> dict:
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structlog": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [remove_meta, *renderers],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structlog"}},
        "root": {"handlers": ["stderr"], "level": "WARNING" if is_testing else "INFO"},
        "loggers": {
            # Django has handlers of its own unless told to pass on.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            # One line per request is for machines; on a terminal it would bury the rest.
            "helpdesk.requests": {"level": "WARNING" if is_terminal else "INFO"},
            "daphne": {"level": "WARNING"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
        },
    }
