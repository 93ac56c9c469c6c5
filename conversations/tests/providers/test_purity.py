"""What reads and writes the wire needs no Django: benchmarks, tools and other servers use it too."""

import subprocess
import sys

import pytest

PURE = [
    "conversations.phone_numbers",
    "conversations.providers.base",
    "conversations.providers.registry",
    "conversations.providers.signatures",
    "conversations.providers.cloud.parse",
    "conversations.providers.cloud.send",
    "conversations.providers.cloud.template_limits",
    "conversations.providers.cloud.templates",
    "conversations.providers.cloud.errors",
    "conversations.providers.cloud.client",
    "conversations.providers.gateway.parse",
    "conversations.providers.gateway.send",
    "conversations.providers.gateway.errors",
    "conversations.providers.gateway.media",
    "conversations.providers.gateway.session",
    "conversations.providers.gateway.client",
]


@pytest.mark.parametrize("module", PURE)
def test_a_module_imports_no_django(module):
    code = f"import sys, {module}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
