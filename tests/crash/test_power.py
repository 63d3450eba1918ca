"""What a power cut leaves, as far as it can be acted, is made good by the next sync."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def assert_made_good(*arguments: str) -> None:
    command = [sys.executable, "-m", "tests.crash.power", *arguments]
    cuts = json.loads(subprocess.check_output(command, cwd=ROOT))  # noqa: S603 - our own
    assert [each for each in cuts if each["faults"]] == []
    assert sum(each["lost"] > 0 for each in cuts) > 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals that halt a program")
def test_a_power_cut_during_a_sync_is_made_good() -> None:
    assert_made_good("--cuts", "25")


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals that halt a program")
def test_many_power_cuts_are_made_good() -> None:
    assert_made_good("--cuts", "500", "--seed", "2")
