"""What is installed is what is here."""

import tomllib
from pathlib import Path

from app.version import VERSION

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_installed() -> None:
    tops = ("app", "ingest", "retrieval", "serving", "templates")
    found = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for top in tops
        for file in (ROOT / top).rglob("__init__.py")
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_every_file_a_package_needs_is_installed() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    kept = {pattern.removeprefix("*") for pattern in patterns} | {".py", ".pyc"}
    for package in PROJECT["tool"]["setuptools"]["packages"]:
        for file in (ROOT / Path(*package.split("."))).iterdir():
            assert file.is_dir() or file.suffix in kept, file


def test_the_version_is_said_once() -> None:
    assert PROJECT["project"]["version"] == VERSION


def test_the_web_framework_is_one_without_known_holes() -> None:
    assert any(
        requirement.startswith("starlette>=1.3.1")
        for requirement in PROJECT["project"]["dependencies"]
    )
