import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOOK = """
import sys
import bots.engine.runner, bots.engine.validation, bots.engine.keywords, bots.engine.codec
foreign = {name.split('.')[0] for name in sys.modules} & {
    'django', 'celery', 'channels', 'requests', 'conversations', 'helpdesk', 'accounts', 'socket'}
print(sorted(foreign))
"""


def test_the_engine_knows_neither_django_nor_the_network():
    found = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
