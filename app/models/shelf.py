"""The models in the home: their folders, which is chosen, what was measured of each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError
from importlib.metadata import distribution as installed
from pathlib import Path
from typing import Any

from app.models.manifest import Manifest, read_manifest
from retrieval.model_table import Role
from retrieval.precision import Measured, Precision

NONE = "none"
"""What is chosen when no model is to be used."""
_CHOSEN = "chosen.json"
_PART = ".part"


class Shelf:
    """The folder of the models in the home."""

    def __init__(self, home: Path) -> None:
        """Look into ``home``; nothing needs to be there yet."""
        self.place = home / "models"

    def slot(self, name: str) -> Path:
        """Return the folder in which the model called ``name`` has its manifest."""
        return self.place / name.replace("/", "--")

    def part(self, name: str) -> Path:
        """Return the folder in which it lies while it comes."""
        return self.place / (self.slot(name).name + _PART)

    def manifest(self, name: str) -> Manifest | None:
        """Return the manifest of a model that was pulled."""
        return read_manifest(self.slot(name))

    def files(self, name: str) -> Path | None:
        """Return the folder of a model's files; None when it was not pulled."""
        manifest = self.manifest(name)
        if manifest is None:
            return None
        return packaged(manifest.distribution) if manifest.distribution else self.slot(name)

    @property
    def names(self) -> Sequence[str]:
        """The models that were pulled."""
        slots = sorted(each for each in self.place.glob("*") if each.suffix != _PART)
        return [each.name.replace("--", "/") for each in slots if read_manifest(each)]

    @property
    def chosen(self) -> Mapping[Role, str]:
        """The model of each role, as it was chosen last."""
        given = _read(self.place / _CHOSEN)
        return {role: str(given[role]) for role in Role if given.get(role)}

    def choose(self, role: Role, name: str) -> None:
        """Use a model from now on; `NONE` uses none."""
        _write(self.place / _CHOSEN, {**_read(self.place / _CHOSEN), role.value: name})

    def measured(self, name: str) -> tuple[str, Sequence[Measured]]:
        """Return the machine on which a model was measured, and the results, if it was."""
        given = _read(self._measured(name))
        try:
            rows = [
                Measured(**{**row, "precision": Precision(row["precision"])})
                for row in given.get("results", ())
            ]
        except (TypeError, ValueError, KeyError):
            rows = []
        if not any(row.precision is Precision.FP32 for row in rows):
            return "", []
        return str(given.get("machine", "")), rows

    def precision(self, name: str) -> Precision | None:
        """Return the format in which a measured model computes; None when it is not known."""
        given = _read(self._measured(name)).get("precision")
        return next((each for each in Precision if each.value == given), None)

    def remember(
        self, name: str, machine: str, results: Sequence[Measured], precision: Precision
    ) -> None:
        """Keep what was measured of a model, and the format it computes in."""
        rows = [asdict(each) for each in results]
        kept = {"machine": machine, "precision": precision.value, "results": rows}
        _write(self._measured(name), kept)

    def forget_measured(self, name: str) -> None:
        """Drop what was measured of a model."""
        self._measured(name).unlink(missing_ok=True)

    def _measured(self, name: str) -> Path:
        slug = "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in name)
        return self.place / f"{slug.strip('-.')}.measured.json"


def packaged(distribution: str) -> Path | None:
    """Return the folder of the model inside an installed package; None when it is not there."""
    try:
        files = installed(distribution).files or []
    except PackageNotFoundError:
        return None
    found = [file for file in files if file.name == "modules.json"]
    return Path(str(found[0].locate())).parent if found else None


def packaged_version(distribution: str) -> str:
    """Return the version of an installed package."""
    return installed(distribution).version


def _read(file: Path) -> dict[str, Any]:
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return given if isinstance(given, dict) else {}


def _write(file: Path, values: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(file.name + ".new")
    beside.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(file)
