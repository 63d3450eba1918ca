"""What the README says must be so."""

import re
from pathlib import Path

from app.cli import COMMANDS
from app.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    documented = re.findall(r"^\| `FOOTNOTE_([A-Z_]+)` \|", README, re.MULTILINE)
    assert documented == [name.upper() for name in Settings.model_fields]


def test_the_defaults_in_the_table_are_the_defaults() -> None:
    rows = re.findall(r"^\| `FOOTNOTE_([A-Z_]+)` \| `?([^|`]+)`? \|", README, re.MULTILINE)
    documented = {name.lower(): value.strip() for name, value in rows}
    actual = {
        name: "empty" if value in ("", "()") else value
        for name, field in Settings.model_fields.items()
        if name != "home"
        for value in [_shown(field.get_default())]
    }
    assert {name: documented[name] for name in actual} == actual


def test_every_command_is_in_the_table() -> None:
    documented = re.findall(r"^\| `footnote (\w+)", README, re.MULTILINE)
    assert sorted(documented) == sorted(COMMANDS)


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    secret = getattr(default, "get_secret_value", None)
    return str(secret() if secret is not None else default)
