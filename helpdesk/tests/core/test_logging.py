import json
import logging
import subprocess
import sys

from helpdesk.core.logging import hide_private_values

SCRIPT = """
import logging, logging.config, structlog
from helpdesk.core.logging import logging_settings
logging.config.dictConfig(logging_settings(is_debug=False, is_testing=False))
structlog.contextvars.bind_contextvars(request_id="r-1")
structlog.get_logger("a").info("outbound.sent", message="m-1", body="secret words")
logging.getLogger("b").error("plain %s", "text", extra={"status_code": 503})
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("c").exception("broken")
"""


def test_machines_get_one_json_object_per_line():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    first, second, third = map(json.loads, done.stderr.splitlines())

    assert (first["event"], first["message"], first["request_id"]) == (
        "outbound.sent",
        "m-1",
        "r-1",
    )
    assert first["body"] == "[hidden]"
    assert (second["event"], second["status_code"], second["request_id"]) == (
        "plain text",
        503,
        "r-1",
    )
    assert "ZeroDivisionError" in third["exception"]


def test_private_values_are_hidden():
    assert hide_private_values(None, "", {"phone": "+55", "id": 1}) == {
        "phone": "[hidden]",
        "id": 1,
    }


def test_the_noise_of_libraries_is_turned_down():
    assert logging.getLogger("daphne").level == logging.WARNING
