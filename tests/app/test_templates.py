"""Templates hold no script and no style of their own, and ask for nothing from elsewhere."""

import re
from pathlib import Path

import pytest

from app.page import environment

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path.name for path in (ROOT / "templates").glob("*.html"))
STATIC = sorted((ROOT / "app" / "static").glob("*.*"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_can_be_read(name: str) -> None:
    environment().get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_no_script_style_or_handler_of_its_own(name: str) -> None:
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")

    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", source) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", source) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", source) == []


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_a_static_file_asks_for_nothing_from_elsewhere(path: Path) -> None:
    source = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"https?://[a-z]|@import|url\(", source) == []
    assert re.findall(r"\beval\(|new Function|document\.write", source) == []
