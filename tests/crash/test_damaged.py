"""Files of a home damaged in every way: never a traceback, never silently empty or lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash.damages import DATABASE_DAMAGES, INDEX_DAMAGES, Damage

ROOT = Path(__file__).parents[2]
Outcomes = dict[str, dict[str, Any]]


def outcomes(what: str) -> Outcomes:
    command = [sys.executable, "-m", "tests.crash.damaged", what]
    found = json.loads(subprocess.check_output(command, cwd=ROOT))  # noqa: S603 - our own
    return {each["damage"]: each for each in found}


@pytest.fixture(scope="module")
def of_the_index() -> Outcomes:
    return outcomes("index")


@pytest.fixture(scope="module")
def of_the_database() -> Outcomes:
    return outcomes("database")


def assert_told_in_a_sentence(ran: dict[str, Any]) -> None:
    """A command does its work, or says in one line that it does not."""
    assert ran["status"] in {0, 1, 2}, ran
    assert "Traceback" not in ran["err"], ran
    assert "An error of Footnote's own" not in ran["err"], ran
    if ran["status"] == 2:
        assert ran["err"].startswith("footnote: "), ran


def found(ran: dict[str, Any]) -> int:
    """Return how many passages a search found."""
    return len(json.loads(ran["out"])["passages"])


def test_the_zoo_of_damages_is_run_whole(of_the_index: Outcomes, of_the_database: Outcomes) -> None:
    assert of_the_index.keys() == {damage.name for damage in INDEX_DAMAGES}
    assert of_the_database.keys() == {damage.name for damage in DATABASE_DAMAGES}


@pytest.mark.parametrize("damage", INDEX_DAMAGES, ids=lambda damage: damage.name)
def test_a_damaged_index_is_never_an_empty_one(of_the_index: Outcomes, damage: Damage) -> None:
    outcome = of_the_index[damage.name]
    for ran in outcome["ran"]:
        assert_told_in_a_sentence(ran)
        if ran["command"].startswith("search") and ran["status"] == 0:
            assert found(ran) == 1, ran
    statuses = {ran["status"] for ran in outcome["ran"]}
    if damage.name != "a file stands in its place":
        assert (statuses, outcome["turns"]) == ({0}, ["答"])


@pytest.mark.parametrize("damage", DATABASE_DAMAGES, ids=lambda damage: damage.name)
def test_a_damaged_database_is_told_of_and_loses_no_turn_silently(
    of_the_database: Outcomes, damage: Damage
) -> None:
    outcome = of_the_database[damage.name]
    for ran in outcome["ran"]:
        assert_told_in_a_sentence(ran)
    told = any(ran["err"] for ran in outcome["ran"])
    first = outcome["ran"][0]
    if damage.name != "it is deleted":  # a person's own way to begin anew
        assert first["status"] == 2 or first["err"] or found(first) == 1, first
        assert outcome["turns"] == ["答"] or told, outcome
