"""What .ci/audit makes of requirements and of pip-audit's answers."""

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

AUDIT = Path(__file__).resolve().parents[2] / ".ci/audit"


@pytest.fixture(scope="module")
def audit():
    loader = SourceFileLoader("ci_audit", str(AUDIT))
    module = module_from_spec(spec_from_loader("ci_audit", loader))
    loader.exec_module(module)
    return module


def answer(*packages) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


CLEAN = {"name": "django", "version": "5.2.9", "vulns": []}
SKIPPED = {"name": "celery", "skip_reason": "Dependency not found on PyPI: celery (5.6.0)"}
HOLED = {
    "name": "pillow",
    "version": "9.0.0",
    "vulns": [{"id": "PYSEC-2022-1", "fix_versions": ["9.0.1"], "aliases": [], "description": ""}],
}


def test_clean_packages_are_clean(audit):
    assert audit.verdict(answer(CLEAN)) == ([], "")


def test_a_known_vulnerability_is_named_with_its_cure(audit):
    found, silence = audit.verdict(answer(CLEAN, HOLED))
    assert found == ["pillow 9.0.0: PYSEC-2022-1, fixed in 9.0.1"]
    assert not silence


def test_packages_that_could_not_be_looked_up_are_counted_aloud(audit):
    found, silence = audit.verdict(answer(CLEAN, SKIPPED, SKIPPED))
    assert not found
    assert silence == ("NOT AUDITED: 2 of 3 packages, the advisory service does not answer")


def test_a_vulnerability_counts_though_others_could_not_be_looked_up(audit):
    found, silence = audit.verdict(answer(HOLED, SKIPPED))
    assert found and silence


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", answer()])
def test_no_answer_is_not_a_clean_one(audit, rubbish):
    with pytest.raises((ValueError, KeyError, TypeError)):
        audit.verdict(rubbish)


def test_every_requirement_says_one_version(audit):
    loose = "django==5.2.9\n# why\ncelery>=5\nredis\nx==1.*\n-r other.txt\na[b,c]==1.0  # why\n"
    assert audit.unpinned(loose) == ["celery>=5", "redis", "x==1.*"]
    for name in audit.LISTS:
        assert not audit.unpinned((AUDIT.parents[1] / name).read_text())
