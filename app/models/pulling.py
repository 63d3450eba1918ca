"""How a model comes to this machine: decided first, then done, then put in its place at once."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.models import hub
from app.models.errors import (
    DamagedDownloadError,
    NoSpaceError,
    PackageNotInstalledError,
    UnknownModelError,
)
from app.models.manifest import Manifest, files_of, paths_of
from app.models.shelf import Shelf, packaged, packaged_version
from retrieval.model_files import ModelFiles
from retrieval.model_table import KnownModel, Role, known

_ROOM = 1.05
"""Room on the disk for each byte that comes."""
_INSTALL_S = 600


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be pulled."""

    name: str
    """Name in the table, or hub id."""
    folder: Path | None = None
    """Folder to copy it from."""
    endpoint: str = ""
    """Mirror of the hub."""
    revision: str = ""
    role: Role | None = None
    """What it is for, when it is not in the table."""


@dataclass(frozen=True, slots=True)
class PullPlan:
    """What a pull will do."""

    name: str
    id: str
    role: Role
    source: str
    bytes: int
    """Bytes that come, about."""
    known: KnownModel | None
    revision: str = ""
    folder: Path | None = None
    announced: hub.Announced | None = None
    endpoint: str = ""
    distribution: str = ""


def pull_plan(wish: Wish) -> PullPlan:
    """Decide where a model comes from; only its hub is asked, when it comes from one.

    Raises:
        ModelsError: It is unknown, or the hub does not have it.
        ModelUnusableError: The folder holds no model that can be loaded.
    """
    model = known(wish.name)
    name = model.name if model else wish.name
    role = wish.role or (model.role if model else Role.ENCODER)
    if wish.folder is not None:
        files = ModelFiles(wish.folder.expanduser().absolute(), wish.name).checked()
        size = sum(file.stat().st_size for file in _wanted(files.folder))
        identifier = model.id if model else name
        return PullPlan(
            name, identifier, role, f"the folder {files.folder}", size, model, folder=files.folder
        )
    if model and model.distribution:
        there = packaged(model.distribution) is not None
        source = f"the Python package {model.distribution}" + (", installed" if there else "")
        size = 0 if there else model.bytes
        return PullPlan(name, model.id, role, source, size, model, distribution=model.distribution)
    if model is None and wish.name.count("/") != 1:
        raise UnknownModelError(wish.name)
    identifier = model.id if model else wish.name
    found = hub.announced(identifier, wish.revision, wish.endpoint)
    return PullPlan(
        name,
        identifier,
        role,
        found.source,
        found.bytes,
        model,
        revision=found.revision,
        announced=found,
        endpoint=wish.endpoint,
    )


def pull(plan: PullPlan, home: Path) -> Manifest:
    """Bring a model and use it from now on.

    What is interrupted goes on where it was when it is done again.

    Raises:
        ModelsError: It could not be brought; the model that was there before stays.
        ModelUnusableError: What came cannot be loaded.
    """
    shelf = Shelf(home)
    part = shelf.part(plan.name)
    part.mkdir(parents=True, exist_ok=True)
    if plan.distribution:
        manifest = _from_package(plan)
    elif plan.announced is not None:
        _require_room(part, plan.bytes)
        manifest = _from_hub(plan, plan.announced, part)
    else:
        _require_room(part, plan.bytes)
        manifest = _from_folder(plan, part)
    manifest.write(part)
    before = shelf.manifest(plan.name)
    if before is None or (before.files, before.role) != (manifest.files, manifest.role):
        shelf.forget_measured(plan.name)
    slot = shelf.slot(plan.name)
    shutil.rmtree(slot, ignore_errors=True)
    part.replace(slot)
    shelf.choose(plan.role, plan.name)
    return manifest


def _from_package(plan: PullPlan) -> Manifest:
    if packaged(plan.distribution) is None:
        _install(plan.distribution)
    folder = packaged(plan.distribution)
    if folder is None:
        raise PackageNotInstalledError(plan.distribution, "it holds no model")
    ModelFiles(folder, plan.id).checked()
    return _manifest(plan, folder, packaged_version(plan.distribution))


def _from_hub(plan: PullPlan, model: hub.Announced, part: Path) -> Manifest:
    hub.fetch(model, part, plan.endpoint)
    shutil.rmtree(part / ".cache", ignore_errors=True)
    for there in list(paths_of(part)):
        if there.relative_to(part).as_posix() not in model.sizes:
            there.unlink()  # of another revision, whose pull was interrupted
    manifest = _manifest(plan, part, model.revision)
    have = {file.path: file for file in manifest.files}
    for path, size in model.sizes.items():
        file = have.get(path)
        expected = model.digests.get(path)
        if file is None or file.size != size or (expected and file.sha256 != expected):
            shutil.rmtree(part)
            raise DamagedDownloadError(model.source, path)
    ModelFiles(part, plan.id).checked()
    return manifest


def _from_folder(plan: PullPlan, part: Path) -> Manifest:
    assert plan.folder is not None  # noqa: S101 - narrows for mypy
    shutil.rmtree(part)
    for file in _wanted(plan.folder):
        copy = part / file.relative_to(plan.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    ModelFiles(part, plan.id).checked()
    return _manifest(plan, part, "")


def _manifest(plan: PullPlan, folder: Path, revision: str) -> Manifest:
    return Manifest(
        id=plan.id,
        role=plan.role,
        revision=revision,
        licence=plan.known.licence if plan.known else "",
        source=plan.source,
        distribution=plan.distribution,
        files=files_of(folder),
    )


def _wanted(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*"))
    return [
        file
        for file in found
        if file.is_file() and hub.is_wanted(file.relative_to(folder).as_posix())
    ]


def _require_room(part: Path, needed: int) -> None:
    there = sum(file.stat().st_size for file in part.rglob("*") if file.is_file())
    free = shutil.disk_usage(part).free
    if (needed - there) * _ROOM > free:
        raise NoSpaceError(part, needed, free)


def _install(distribution: str) -> None:
    """Install one package into the running environment; it needs nothing else."""
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", distribution]
    try:
        done = subprocess.run(  # noqa: S603 - the name stands in our own table
            command, capture_output=True, text=True, timeout=_INSTALL_S, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PackageNotInstalledError(distribution, str(error)) from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["pip failed"]
        raise PackageNotInstalledError(distribution, lines[-1])
