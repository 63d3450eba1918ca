import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from retrieval.embedder import Vector
from retrieval.model_errors import (
    ModelFailedError,
    ModelMissingError,
    ModelNeedsCodeError,
    ModelUnusableError,
    NotARerankerError,
    SenselessNumbersError,
)
from retrieval.model_files import ModelFiles, Prompts
from retrieval.model_table import PairForm
from retrieval.precision import Precision
from retrieval.sentence_transformer import SentenceTransformerEmbedder, SentenceTransformerScorer
from tests.retrieval.models_in_tests import rewrite, tiny_encoder, tiny_scorer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prompts = {"query": "ask ", "passage": "read "}
    return tiny_encoder(tmp_path_factory.mktemp("model") / "tiny", prompts=prompts)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A model that a test may spoil."""
    return tiny_encoder(tmp_path / "own")


def encoder(folder: Path, prompts: Prompts | None = None) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(ModelFiles(folder, "tiny"), prompts)


def cosine(one: Vector, other: Vector) -> float:
    return float(one @ other)


def test_prompts_stand_before_the_text(folder: Path) -> None:
    plain, own_prompts = encoder(folder, Prompts()), encoder(folder)
    given = encoder(folder, Prompts("say "))
    assert cosine(own_prompts.question("words"), plain.question("ask words")) > 0.9999
    assert cosine(own_prompts.passages(["words"])[0], plain.question("read words")) > 0.9999
    assert cosine(given.question("words"), plain.question("say words")) > 0.9999
    assert cosine(own_prompts.question("words"), plain.question("words")) < 0.9999


def test_half_precision_says_nearly_the_same(folder: Path) -> None:
    halved = SentenceTransformerEmbedder(ModelFiles(folder, "tiny"), precision=Precision.BF16)
    assert halved.precision is Precision.BF16
    assert cosine(halved.question("words"), encoder(folder).question("words")) > 0.99


def test_all_that_decides_the_vectors_is_in_the_fingerprint(folder: Path, own: Path) -> None:
    made = [
        encoder(folder),
        encoder(folder, Prompts()),
        encoder(folder, Prompts("ask ")),
        encoder(own),
        SentenceTransformerEmbedder(ModelFiles(folder, "other")),
        SentenceTransformerEmbedder(ModelFiles(folder, "tiny", "1")),
        SentenceTransformerEmbedder(ModelFiles(folder, "tiny"), precision=Precision.BF16),
    ]
    assert len({each.fingerprint for each in made}) == len(made)
    assert encoder(folder).fingerprint == encoder(folder).fingerprint


def test_a_folder_without_a_model_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError):
        encoder(tmp_path / "nowhere")
    with pytest.raises(ModelUnusableError):
        SentenceTransformerScorer(ModelFiles(tmp_path, "empty"))


def test_weights_that_are_no_numbers_are_told(own: Path) -> None:
    weights = load_file(own / "model.safetensors")
    spoiled = {name: np.full_like(value, np.nan) for name, value in weights.items()}
    save_file(spoiled, own / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(SenselessNumbersError, match="gave numbers that make no sense"):
        encoder(own).question("words")


def test_weights_that_change_on_the_disk_change_nothing_that_was_loaded(own: Path) -> None:
    model = encoder(own)
    before = model.question("attention")
    weights = own / "model.safetensors"
    with weights.open("r+b") as file:
        file.seek(-20_000, os.SEEK_END)
        file.write(bytes(20_000))
    assert np.array_equal(model.question("attention"), before)


def test_what_the_libraries_refuse_is_told_in_a_sentence(own: Path) -> None:
    rewrite(own / "config.json", model_type="unheard-of")
    with pytest.raises(ModelFailedError, match=r"cannot be used .*unheard-of"):
        encoder(own).question("words")


def test_code_that_a_model_brings_is_not_run(own: Path) -> None:
    (own / "modeling.py").write_text("raise SystemExit('run')", encoding="utf-8")
    classes = {"AutoConfig": "modeling.Config", "AutoModel": "modeling.Model"}
    rewrite(own / "config.json", model_type="unheard-of", auto_map=classes)
    with pytest.raises(ModelNeedsCodeError, match="program code of its own"):
        encoder(own).question("words")


def test_a_classifier_with_several_labels_is_no_reranker(tmp_path: Path) -> None:
    folder = tiny_scorer(tmp_path / "three", labels=3)
    with pytest.raises(NotARerankerError, match="gives 3 scores"):
        SentenceTransformerScorer(ModelFiles(folder, "three")).score("question", ["text"])


def test_question_and_text_are_written_as_the_model_wants_them(tmp_path: Path) -> None:
    files = ModelFiles(tiny_scorer(tmp_path / "scorer"), "scorer")
    form = PairForm("a ", " b", " c")
    found = SentenceTransformerScorer(files, form).score("q", ["one", "two"])
    expected = SentenceTransformerScorer(files).score("a q b", ["one c", "two c"])
    assert found == pytest.approx(expected, abs=1e-4)
    halved = SentenceTransformerScorer(files, form, Precision.BF16)
    assert halved.precision is Precision.BF16
    assert halved.score("q", ["one", "two"]) == pytest.approx(expected, abs=0.02)


def test_scores_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    folder = tiny_scorer(tmp_path / "scorer")
    weights = load_file(folder / "model.safetensors")
    spoiled = {name: np.full_like(value, np.nan) for name, value in weights.items()}
    save_file(spoiled, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(SenselessNumbersError):
        SentenceTransformerScorer(ModelFiles(folder, "scorer")).score("question", ["text"])


@pytest.fixture
def alone(folder: Path) -> Callable[[str], str]:
    """Runs a program of its own in which ``embedder`` is the encoder."""
    start = (
        "import sys\nfrom pathlib import Path\nfrom retrieval.model_files import ModelFiles\n"
        "from retrieval.sentence_transformer import SentenceTransformerEmbedder\n"
        f"files = ModelFiles(Path({str(folder)!r}), 'tiny')\n"
    )

    def run(program: str) -> str:
        done = subprocess.run(  # noqa: S603 - the program is ours
            [sys.executable, "-c", start + program], capture_output=True, text=True, cwd=ROOT,
            check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


def test_without_the_libraries_the_facts_are_known_and_a_sentence_says_what_to_install(
    alone: Callable[[str], str],
) -> None:
    told = alone(
        "sys.modules['torch'] = None\n"
        "embedder = SentenceTransformerEmbedder(files)\n"
        "print(embedder.name, embedder.dimension, len(embedder.fingerprint))\n"
        "try:\n    embedder.question('words')\nexcept Exception as error:\n    print(error)\n"
    )
    assert told.splitlines() == [
        "tiny 32 16",
        (
            "The model tiny needs PyTorch and sentence-transformers: "
            "`pip install 'footnote[models]'`, then start again."
        ),
    ]


def test_encoding_opens_no_socket_and_the_libraries_come_on_first_use(
    alone: Callable[[str], str],
) -> None:
    told = alone(
        "embedder = SentenceTransformerEmbedder(files)\n"
        "embedder.fingerprint\n"
        "print('torch' in sys.modules)\n"
        "def refuse(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto'):\n"
        "        raise AssertionError(event)\n"
        "sys.addaudithook(refuse)\n"
        "print(embedder.passages(['words', 'more words']).shape, 'torch' in sys.modules)\n"
    )
    assert told.splitlines() == ["False", "(2, 32) True"]
