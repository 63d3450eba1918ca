"""Pulls from a hub, which a server on this machine plays, by the command itself."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.errors import (
    DamagedDownloadError,
    HubUnreachableError,
    NoSafeWeightsError,
    NoSpaceError,
)
from app.models.hub import is_wanted
from app.models.manifest import Manifest, files_of, read_manifest
from app.models.pulling import Wish, pull_plan
from app.models.pulling import pull as pull_model
from app.models.shelf import Shelf
from retrieval.model_table import Role
from tests.fakes.hub import FakeHub
from tests.retrieval.models_in_tests import tiny_encoder

ROOT = Path(__file__).parents[2]
ID = "some/tiny"
WITHOUT_TORCH = (
    "import sys; sys.modules['torch'] = None; from app.cli import main; sys.exit(main())"
)
"""The command where PyTorch is not installed: what comes is not measured, which takes long."""
UNWANTED = {
    "pytorch_model.bin": b"a pickle",
    "modeling.py": b"raise SystemExit",
    "onnx/model.onnx": b"another format",
    "README.md": b"# Tiny",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tiny_encoder(tmp_path_factory.mktemp("hub") / "tiny")
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def hub(files: dict[str, bytes]) -> Iterator[FakeHub]:
    with FakeHub({ID: {**files, **UNWANTED}}).running() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def models(
    home: Path, *given: str, offline: str = "0", token: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "FOOTNOTE" not in name}
    return subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-c", WITHOUT_TORCH, "--home", str(home), "models", *given],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=180,
        env={**environment, "HF_HUB_OFFLINE": offline, "HF_TOKEN": token},
        stdin=subprocess.DEVNULL,
    )


def pull(home: Path, hub: FakeHub, *more: str) -> subprocess.CompletedProcess[str]:
    return models(home, "pull", ID, "--endpoint", hub.url, "--yes", *more)


def test_a_pull_brings_what_a_model_is_loaded_from_at_one_revision(
    hub: FakeHub, home: Path, files: dict[str, bytes]
) -> None:
    done = pull(home, hub, "--json")
    assert done.returncode == 0, done.stderr
    slot = home / "models" / "some--tiny"
    assert json.loads(done.stdout) == {
        "name": ID,
        "role": "encoder",
        "folder": str(slot),
        "revision": hub.revision(ID),
        "bytes": sum(map(len, files.values())),
        "source": f"{ID} from {hub.url}",
    }
    assert read_manifest(slot) == Manifest(
        id=ID,
        role=Role.ENCODER,
        revision=hub.revision(ID),
        licence="",
        source=f"{ID} from {hub.url}",
        distribution="",
        files=files_of(slot),
    )
    assert {file.path for file in files_of(slot)} == set(files)
    assert Shelf(home).chosen == {Role.ENCODER: ID}
    fetched = [asked for asked in hub.asked if "/resolve/" in asked]
    assert all(f"/resolve/{hub.revision(ID)}/" in asked for asked in fetched)
    assert not any(asked.endswith(tuple(UNWANTED)) for asked in fetched)


def test_a_token_of_the_machine_is_sent_to_no_hub(hub: FakeHub, home: Path) -> None:
    done = models(home, "pull", ID, "--endpoint", hub.url, "--yes", token="hf_secret")
    assert (done.returncode, hub.keys) == (0, [])
    assert len(hub.asked) > 1


def test_an_interrupted_pull_goes_on_and_is_no_model_until_it_is_whole(
    hub: FakeHub, home: Path, files: dict[str, bytes]
) -> None:
    hub.breaks_after = 5_000
    broken = pull(home, hub)
    assert broken.returncode == 2
    assert "What has come so far is kept: pull again to go on." in broken.stderr
    assert (Shelf(home).names, Shelf(home).chosen) == ([], {})
    hub.breaks_after = None
    hub.asked.clear()
    assert pull(home, hub).returncode == 0
    assert list(Shelf(home).names) == [ID]
    fetched = [asked for asked in hub.asked if asked.startswith("GET") and "/resolve/" in asked]
    assert [asked.rpartition("/")[2] for asked in fetched] == ["model.safetensors"]
    weights = home / "models" / "some--tiny" / "model.safetensors"
    assert weights.read_bytes() == files["model.safetensors"]


def test_weights_with_other_bytes_than_announced_are_thrown_away(hub: FakeHub, home: Path) -> None:
    hub.lies = True
    done = pull(home, hub)
    assert done.returncode == 2
    assert "came damaged (model.safetensors) and was thrown away" in done.stderr
    assert Shelf(home).names == []
    assert not Shelf(home).part(ID).exists()


def test_a_repository_with_pickled_weights_alone_is_refused(
    hub: FakeHub, home: Path, files: dict[str, bytes]
) -> None:
    safe = {path: content for path, content in files.items() if path != "model.safetensors"}
    hub.models = {ID: {**safe, **UNWANTED}}
    done = pull(home, hub)
    assert done.returncode == 2
    assert "has no .safetensors files there, and a pickle is never read" in done.stderr
    assert not any("/resolve/" in asked for asked in hub.asked)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["pull", "nobody/nothing", "--yes"], "could not be fetched"),
        (["pull", ID, "--yes", "--revision", "v9"], "could not be fetched"),
        (["pull", ID], "Nothing was fetched. Add --yes"),
    ],
)
def test_what_cannot_be_had_or_was_not_agreed_to_leaves_nothing(
    hub: FakeHub, home: Path, given: list[str], said: str
) -> None:
    done = models(home, *given, "--endpoint", hub.url)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert (Shelf(home).names, Shelf(home).chosen) == ([], {})


def test_a_hub_that_is_not_there_and_one_that_is_forbidden_are_told(home: Path) -> None:
    gone = models(home, "pull", ID, "--yes", "--endpoint", "http://127.0.0.1:9")
    assert "could not be fetched (no answer" in gone.stderr
    assert "kept" not in gone.stderr
    wrong = models(home, "pull", ID, "--yes", "--endpoint", "nonsense")
    assert "from nonsense could not be fetched (the address of a hub begins with" in wrong.stderr
    forbidden = models(home, "pull", ID, "--yes", offline="1")
    assert "HF_HUB_OFFLINE forbids it" in forbidden.stderr


def test_a_pull_of_another_revision_takes_the_place_of_the_first(
    hub: FakeHub, home: Path, files: dict[str, bytes]
) -> None:
    assert pull(home, hub).returncode == 0
    first = Shelf(home).manifest(ID)
    hub.models = {ID: {**files, "config.json": files["config.json"] + b"\n"}}
    assert pull(home, hub).returncode == 0
    second = Shelf(home).manifest(ID)
    assert first is not None
    assert second is not None
    assert second.revision == hub.revision(ID) != first.revision


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the library of this process ask a hub, whatever the environment says."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)


@pytest.mark.usefixtures("allowed")
def test_parts_of_another_revision_do_not_stay(hub: FakeHub, home: Path) -> None:
    part = Shelf(home).part(ID)
    part.mkdir(parents=True)
    (part / "vocab.old").write_text("of a revision whose pull was interrupted")
    plan = pull_plan(Wish(ID, endpoint=hub.url))
    assert (plan.bytes, plan.revision) == (
        plan.announced and plan.announced.bytes,
        hub.revision(ID),
    )
    manifest = pull_model(plan, home)
    assert "vocab.old" not in {file.path for file in manifest.files}
    assert not (Shelf(home).slot(ID) / "vocab.old").exists()


@pytest.mark.usefixtures("allowed")
def test_what_does_not_fit_the_disk_is_not_fetched(hub: FakeHub, home: Path) -> None:
    plan = replace(pull_plan(Wish(ID, endpoint=hub.url)), bytes=10**18)
    hub.asked.clear()
    with pytest.raises(NoSpaceError, match=r"needs 1000000000\.00 GB"):
        pull_model(plan, home)
    assert hub.asked == []


@pytest.mark.usefixtures("allowed")
def test_damage_and_refusals_are_errors_of_their_own(
    hub: FakeHub, home: Path, files: dict[str, bytes]
) -> None:
    hub.lies = True
    with pytest.raises(DamagedDownloadError):
        pull_model(pull_plan(Wish(ID, endpoint=hub.url)), home)
    hub.models = {ID: {"config.json": files["config.json"]}}
    with pytest.raises(NoSafeWeightsError):
        pull_plan(Wish(ID, endpoint=hub.url))
    with pytest.raises(HubUnreachableError, match="nobody/nothing from http"):
        pull_plan(Wish("nobody/nothing", endpoint=hub.url))
    with pytest.raises(HubUnreachableError, match="no answer"):
        pull_plan(Wish(ID, endpoint="http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("model.safetensors", True),
        ("model-00001-of-00002.safetensors", True),
        ("1_Pooling/config.json", True),
        ("2_Dense/model.safetensors", True),
        ("tokenizer.json", True),
        ("sentencepiece.bpe.model", True),
        ("config_sentence_transformers.json", True),
        ("pytorch_model.bin", False),
        ("onnx/model.safetensors", False),
        ("a/b/config.json", False),
        ("modeling_new.py", False),
        ("custom/code.py", False),
        ("README.md", False),
        ("../config.json", False),
        ("../model.safetensors", False),
        ("/config.json", False),
        ("..\\model.safetensors", False),
    ],
)
def test_only_what_a_model_is_loaded_from_is_wanted(path: str, wanted: bool) -> None:  # noqa: FBT001
    assert is_wanted(path) is wanted
