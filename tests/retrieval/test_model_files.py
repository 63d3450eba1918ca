import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from retrieval.model_errors import (
    ModelFileDamagedError,
    ModelMissingError,
    ModelNeedsCodeError,
    ModelUnusableError,
    PickledWeightsError,
)
from retrieval.model_files import ModelFiles, Prompts

WEIGHTS = "model.safetensors"
MODULES = [
    {"path": "", "type": "sentence_transformers.models.Transformer"},
    {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model as its files tell of it; nothing could compute with it."""
    model = tmp_path / "model"
    (model / "1_Pooling").mkdir(parents=True)
    write(model / "config.json", {"hidden_size": 8, "model_type": "bert"})
    write(model / "modules.json", MODULES)
    write(model / "1_Pooling" / "config.json", {"word_embedding_dimension": 8})
    save_file({"weight": np.arange(64, dtype=np.float32)}, model / WEIGHTS)
    return model


def write(file: Path, value: object) -> None:
    file.write_text(json.dumps(value), encoding="utf-8")


def of(folder: Path) -> ModelFiles:
    return ModelFiles(folder, "some/model")


def test_a_whole_model_tells_its_facts(folder: Path) -> None:
    files = of(folder).checked()
    assert files.weights == (folder / WEIGHTS,)
    assert files.bytes == (folder / WEIGHTS).stat().st_size
    assert (files.dimension, files.prompts) == (8, Prompts())


def test_the_last_step_decides_the_dimension(folder: Path) -> None:
    (folder / "2_Dense").mkdir()
    dense = {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    write(folder / "modules.json", [*MODULES, dense])
    write(folder / "2_Dense" / "config.json", {"in_features": 8, "out_features": 3})
    assert of(folder).dimension == 3
    (folder / "modules.json").unlink()
    assert of(folder).dimension == 8


def test_prompts_go_by_either_name(folder: Path) -> None:
    file = folder / "config_sentence_transformers.json"
    write(file, {"prompts": {"query": "q: ", "document": "d: "}})
    assert of(folder).prompts == Prompts("q: ", "d: ")
    write(file, {"prompts": {"passage": "p: "}})
    assert of(folder).prompts == Prompts("", "p: ")
    write(file, {"prompts": None})
    assert of(folder).prompts == Prompts()


def test_weights_in_several_files_are_those_of_the_list(folder: Path) -> None:
    save_file({"bias": np.zeros(2, np.float32)}, folder / "second.safetensors")
    save_file({"stray": np.zeros(2, np.float32)}, folder / "stray.safetensors")
    named = {"weight": WEIGHTS, "bias": "second.safetensors"}
    write(folder / "model.safetensors.index.json", {"weight_map": named})
    assert of(folder).weights == (folder / WEIGHTS, folder / "second.safetensors")
    (folder / "second.safetensors").unlink()
    with pytest.raises(ModelMissingError, match=r"second\.safetensors"):
        of(folder).checked()


def test_the_digest_stays_until_any_file_is_another(folder: Path, tmp_path: Path) -> None:
    digest = of(folder).digest
    moved = Path(shutil.copytree(folder, tmp_path / "moved"))
    assert of(moved).digest == digest
    (moved / ".cache").mkdir()
    write(moved / ".cache" / "note.json", {})
    assert of(moved).digest == digest
    save_file({"weight": np.arange(1, 65, dtype=np.float32)}, moved / WEIGHTS)
    other_weights = of(moved).digest
    write(moved / "config.json", {"hidden_size": 8, "model_type": "roberta"})
    assert len({digest, other_weights, of(moved).digest}) == 3


def test_weights_that_were_cut_off_are_damaged(folder: Path) -> None:
    file = folder / WEIGHTS
    whole = file.read_bytes()
    for kept in (0, 5, 20, len(whole) - 1):
        file.write_bytes(whole[:kept])
        with pytest.raises(ModelFileDamagedError, match="Pull the model again"):
            of(folder).checked()
    file.write_bytes(whole + b"x")
    with pytest.raises(ModelFileDamagedError, match=f"{len(whole) + 1} bytes instead of"):
        of(folder).checked()
    file.write_bytes(b"\xff" * 64)
    with pytest.raises(ModelFileDamagedError, match="head cannot be read"):
        of(folder).checked()


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")
    with pytest.raises(PickledWeightsError, match=r"pytorch_model\.bin.*can run programs"):
        of(folder).checked()
    (folder / "pytorch_model.bin").unlink()
    with pytest.raises(ModelFileDamagedError, match="no weights lie in it"):
        of(folder).checked()


def test_a_model_with_code_of_its_own_is_refused(folder: Path) -> None:
    write(folder / "modules.json", [{"path": "", "type": "custom_st.Transformer"}])
    with pytest.raises(ModelNeedsCodeError, match=r"custom_st\.Transformer.*never run"):
        of(folder).checked()


@pytest.mark.parametrize("content", ["", "[1]", "{]", '"text"'])
def test_settings_that_are_no_json_are_named(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnusableError, match=r"config\.json is damaged"):
        of(folder).checked()


def test_what_is_missing_is_named(folder: Path) -> None:
    write(folder / "config.json", {"model_type": "bert"})
    write(folder / "1_Pooling" / "config.json", {})
    with pytest.raises(ModelFileDamagedError, match="it names no dimension"):
        of(folder).checked()
    (folder / "config.json").unlink()
    with pytest.raises(ModelFileDamagedError, match="it is missing"):
        of(folder).checked()
    shutil.rmtree(folder)
    for ask in (
        lambda: of(folder).checked(),
        lambda: of(folder).weights,
        lambda: of(folder).config,
    ):
        with pytest.raises(ModelMissingError, match="footnote models pull"):
            ask()
