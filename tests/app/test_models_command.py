import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.models.listing import listed
from app.models.shelf import Shelf
from app.settings import Settings
from retrieval.model_table import MODELS, Hardware
from retrieval.precision import Measured, Precision
from tests.retrieval.models_in_tests import tiny_encoder, tiny_scorer

SERVER = Hardware(8, 64 * 2**30, "A card", 80 * 2**30)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_scorer(tmp_path_factory.mktemp("model") / "scorer")


def call(home: Path, *given: str) -> int:
    return main(["--home", str(home), "models", *given])


def answer(home: Path, capsys: pytest.CaptureFixture[str], *given: str) -> Any:  # noqa: ANN401 - JSON
    capsys.readouterr()
    call(home, *given, "--json")
    return json.loads(capsys.readouterr().out)


def take_in(home: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(3):
        text = f"# Note {number}\n\nHow a transformer attends to its words.\n"
        (notes / f"{number}.md").write_text(text, encoding="utf-8")
    assert main(["--home", str(home), "--notes", str(notes), "ingest", "--json"]) == 0


def test_the_list_names_every_model_and_what_it_would_mean_here(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(home, tmp_path)
    found = answer(home, capsys, "list")
    assert [row["name"] for row in found["models"]] == [model.name for model in MODELS]
    assert found["characters"] == 3 * len("# Note 0\n\nHow a transformer attends to its words.\n")
    assert found["hardware"]["cores"] >= 1
    encoders = [row for row in found["models"] if row["role"] == "encoder"]
    assert all(row["seconds"] is not None for row in encoders)
    assert sum(row["proposed"] for row in encoders) == 1
    assert not any(row["pulled"] or row["chosen"] for row in found["models"])
    assert call(home, "list") == 0
    shown = capsys.readouterr().out
    assert all(model.name in shown for model in MODELS)
    assert "MIRACL-zh hard negatives 63.6" in shown


def test_a_measured_speed_makes_the_estimate(home: Path) -> None:
    speeds = [Measured(Precision.FP32, 1.0, 50.0, 1.0, 1.0)]
    Shelf(home).remember("qwen3-4b", "A card", speeds, Precision.FP32)
    rows = {row.model.name: row for row in listed(Settings(home=home), SERVER, 1_000)}
    assert (rows["qwen3-4b"].seconds, rows["qwen3-4b"].measured) == (20.0, True)
    assert not rows["qwen3-8b"].measured
    assert rows["qwen3-4b"].proposed
    assert rows["bge-reranker-base"].seconds is None


def test_a_pulled_model_is_in_use_measured_and_whole(
    home: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(home, tmp_path)
    come = answer(home, capsys, "pull", "bge-small-zh", "--from", str(folder))
    assert (come["name"], come["role"], come["revision"]) == ("bge-small-zh", "encoder", "")
    found = answer(home, capsys, "status", "--whole")
    encoder = found["encoder"]
    assert (encoder["state"], encoder["verified"], encoder["dimension"]) == (
        "ready",
        "by digest",
        32,
    )
    assert [row["precision"] for row in encoder["measured"]] == ["fp32", "bf16"]
    assert found["reranker"]["state"] == "none"
    assert found["embedding"]["model"] == "BAAI/bge-small-zh-v1.5"
    assert found["embedding"]["points"] == 3
    (row,) = (row for row in answer(home, capsys, "list")["models"] if row["chosen"])
    assert (row["name"], row["pulled"], row["measured"]) == ("bge-small-zh", True, True)
    assert call(home, "status") == 0
    shown = capsys.readouterr().out
    assert "encoder: bge-small-zh, ready" in shown
    assert "passages are embedded." in shown
    assert "reranker: none." in shown


def test_a_second_pull_measures_nothing(
    home: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(home, capsys, "pull", "own/model", "--from", str(folder))
    first = answer(home, capsys, "status")["encoder"]["measured"]
    answer(home, capsys, "pull", "own/model", "--from", str(folder))
    assert answer(home, capsys, "status")["encoder"]["measured"] == first != []
    answer(home, capsys, "status", "--measure")
    assert answer(home, capsys, "status")["encoder"]["measured"] != first


def test_a_reranker_is_measured_too(
    home: Path, scorer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(home, capsys, "pull", "bge-reranker-base", "--from", str(scorer))
    found = answer(home, capsys, "status", "--measure")
    assert found["reranker"]["state"] == "ready"
    assert [row["precision"] for row in found["reranker"]["measured"]] == ["fp32", "bf16"]
    assert found["embedding"] is None


def test_a_damaged_model_is_named(
    home: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(home, capsys, "pull", "own/model", "--from", str(folder))
    config = Shelf(home).slot("own/model") / "tokenizer.json"
    config.write_text(config.read_text() + " ")
    assert call(home, "status") == 1
    assert "tokenizer.json has" in capsys.readouterr().out
    weights = Shelf(home).slot("own/model") / "model.safetensors"
    weights.write_bytes(b"")
    found = answer(home, capsys, "status")["encoder"]
    assert (found["state"], "its head cannot be read" in found["problem"]) == ("unusable", True)


def test_models_are_switched_by_name_by_folder_and_off(
    home: Path, folder: Path, scorer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(home, capsys, "pull", "bge-small-zh", "--from", str(folder))
    answer(home, capsys, "pull", "own/scorer", "--from", str(scorer), "--role", "reranker")
    assert answer(home, capsys, "use", "none") == {"chosen": {"encoder": "", "reranker": ""}}
    assert answer(home, capsys, "use", "own/scorer") == {"chosen": {"reranker": "own/scorer"}}
    assert call(home, "use", str(folder)) == 0
    assert answer(home, capsys, "status")["encoder"]["verified"].startswith("not at all")
    assert call(home, "use", "BAAI/bge-small-zh-v1.5") == 0
    assert dict(Shelf(home).chosen) == {"encoder": "bge-small-zh", "reranker": "own/scorer"}
    assert call(home, "pull", "none", "--role", "encoder") == 0
    assert dict(Shelf(home).chosen) == {"encoder": "none", "reranker": "own/scorer"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("use", "bge-m3"), "is not on this machine"),
        (("use", "nothing"), "There is no model nothing"),
        (("use", ""), "There is no model"),
        (("use", str(Path(__file__).parent)), "no weights lie in it"),
        (("pull", "nothing", "--yes"), "There is no model nothing"),
        (("pull", "minilm", "--from", "/nowhere"), "There is no model at /nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], said: str
) -> None:
    assert call(home, *given) == 2
    assert said in capsys.readouterr().err
    assert Shelf(home).chosen == {}
