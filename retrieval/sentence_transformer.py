"""Encoders and cross-encoders of sentence-transformers, from local files alone.

The only door to torch and sentence_transformers, which are imported on first use: that takes
seconds. Nothing is fetched, no pickle is read and no code of a model is run.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from retrieval.embedder import Matrix, Vector
from retrieval.model_errors import (
    LibrariesMissingError,
    NotARerankerError,
    SenselessNumbersError,
)
from retrieval.model_files import ModelFiles, Prompts
from retrieval.model_loading import Loaded, OnFirstUse, told
from retrieval.model_table import PairForm
from retrieval.precision import Precision
from retrieval.text_batches import halving, length_sorted, readable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

    Model = TypeVar("Model", SentenceTransformer, CrossEncoder)

LONGEST_TOKENS = 1_024
"""Tokens that are read of a passage: chunks are shorter, and time grows with the length."""
_QUESTION_CHARACTERS = 1_000
"""What a cross-encoder reads of a question, so that the passage has room beside it."""
_CPU_TOKENS = 2_048
"""Fits the caches of a core: larger batches were slower in every precision."""
_GPU_TOKENS_A_GIB = 4_096
_MOST_GPU_TOKENS = 131_072
_QUIET = ("sentence_transformers", "transformers", "huggingface_hub")


class SentenceTransformerEmbedder:
    """A `retrieval.embedder.Embedder` over the files of a bi-encoder."""

    def __init__(
        self,
        files: ModelFiles,
        prompts: Prompts | None = None,
        precision: Precision = Precision.FP32,
        device: str = "",
    ) -> None:
        """Encode with the model of ``files``; nothing is loaded yet.

        Args:
            files: The model's folder.
            prompts: What it wants to read before a text; None takes what its files say.
            precision: Number format to compute in.
            device: Torch's name of the device; empty takes a graphics card when there is one.

        Raises:
            ModelUnusableError: The files are not those of a model that can be loaded.
        """
        self._files = files.checked()
        self._prompts = files.prompts if prompts is None else prompts
        self._precision = precision
        self._device = device
        self._model = OnFirstUse(self._load)

    @property
    def name(self) -> str:
        """The model's hub id or folder."""
        return self._files.name

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return self._files.dimension

    @property
    def precision(self) -> Precision:
        """Number format it computes in."""
        return self._precision

    @cached_property
    def fingerprint(self) -> str:
        """Digest of all that decides the vectors."""
        files = self._files
        parts = [files.name, files.revision, files.digest, str(files.dimension)]
        parts += [self._prompts.question, self._prompts.passage]
        parts += [self._precision, str(LONGEST_TOKENS)]
        return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Return one vector per text; see `retrieval.embedder.Embedder`."""
        return self._encoded(texts, self._prompts.passage)

    def question(self, text: str) -> Vector:
        """Return the vector of a question."""
        vector: Vector = self._encoded([text], self._prompts.question)[0]
        return vector

    def _encoded(self, texts: Sequence[str], prompt: str) -> Matrix:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        loaded = self._model()
        given = [readable(text, loaded.longest) for text in texts]
        for batch in length_sorted(given, loaded.tokens, loaded.longest):
            chosen = [given[position] for position in batch]
            vectors[batch] = halving(lambda some: self._batch(loaded, some, prompt), chosen)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and lengths.all()):
            raise SenselessNumbersError(self.name)
        return np.asarray(vectors / lengths, np.float32)

    def _batch(
        self, loaded: "Loaded[SentenceTransformer]", texts: Sequence[str], prompt: str
    ) -> Matrix:
        import torch  # noqa: PLC0415 - seconds to import: on first use

        model = loaded.model
        with told(self.name), torch.inference_mode():
            with loaded.tokenizing:
                features: Mapping[str, Any] = model.preprocess(list(texts), prompt=prompt or None)
            on_device = {
                key: value.to(model.device) if isinstance(value, torch.Tensor) else value
                for key, value in features.items()
            }
            vectors = model(on_device)["sentence_embedding"].float().cpu().numpy()
        return np.asarray(vectors, np.float32)

    def _load(self) -> "Loaded[SentenceTransformer]":
        with _loading(self.name):
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - see above

            device, keywords = _placed(self._device, self._precision)
            model = SentenceTransformer(str(self._files.folder), device=device, **keywords)
            longest = min(model.max_seq_length or LONGEST_TOKENS, LONGEST_TOKENS)
            model.max_seq_length = longest
            return Loaded(_owned(model).eval(), _batch_tokens(device), longest)


class SentenceTransformerScorer:
    """A `retrieval.scorer.Scorer` over the files of a cross-encoder.

    Both kinds that sentence-transformers loads do: classifiers with one label, and language models
    that answer yes or no.
    """

    def __init__(
        self,
        files: ModelFiles,
        form: PairForm | None = None,
        precision: Precision = Precision.FP32,
        device: str = "",
    ) -> None:
        """Score with the model of ``files``; nothing is loaded yet.

        Args:
            files: The model's folder.
            form: How it wants question and text written; None joins them as its tokenizer does.
            precision: Number format to compute in.
            device: Torch's name of the device; empty takes a graphics card when there is one.

        Raises:
            ModelUnusableError: The files are not those of a model that can be loaded.
        """
        self._files = files.checked()
        self._form = form
        self._precision = precision
        self._device = device
        self._model = OnFirstUse(self._load)

    @property
    def name(self) -> str:
        """The model's hub id or folder."""
        return self._files.name

    @property
    def precision(self) -> Precision:
        """Number format it computes in."""
        return self._precision

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Score ``texts`` for ``question``; see `retrieval.scorer.Scorer`."""
        if not texts:
            return []
        loaded = self._model()
        asked = readable(question, loaded.longest)[:_QUESTION_CHARACTERS]
        given = [readable(text, loaded.longest) for text in texts]
        scores = np.empty((len(texts), 1), np.float32)
        for batch in length_sorted(given, loaded.tokens, loaded.longest):
            pairs = [self._written(asked, given[position]) for position in batch]
            scores[batch] = halving(lambda some: self._batch(loaded, some), pairs)
        if not np.isfinite(scores).all():
            raise SenselessNumbersError(self.name)
        return [min(1.0, max(0.0, float(score))) for score in scores[:, 0]]

    def _batch(self, loaded: "Loaded[CrossEncoder]", pairs: Sequence[tuple[str, str]]) -> Matrix:
        import torch  # noqa: PLC0415 - seconds to import: on first use

        with told(self.name), loaded.tokenizing:
            scores = loaded.model.predict(
                list(pairs),
                batch_size=len(pairs),
                show_progress_bar=False,
                activation_fn=torch.nn.Sigmoid(),
            )
        return np.asarray(scores, np.float32).reshape(len(pairs), 1)

    def _written(self, question: str, text: str) -> tuple[str, str]:
        if self._form is None:
            return question, text
        form = self._form
        return form.before + question + form.between, text + form.after

    def _load(self) -> "Loaded[CrossEncoder]":
        with _loading(self.name):
            from sentence_transformers import CrossEncoder  # noqa: PLC0415 - see above

            device, keywords = _placed(self._device, self._precision)
            model = CrossEncoder(str(self._files.folder), device=device, **keywords)
            if model.num_labels != 1:
                raise NotARerankerError(self.name, model.num_labels)
            longest = min(model.max_seq_length or LONGEST_TOKENS, LONGEST_TOKENS)
            if self._form is None:
                model.max_seq_length = longest
            return Loaded(_owned(model).eval(), _batch_tokens(device), longest)


def _placed(device: str, precision: Precision) -> tuple[str, dict[str, Any]]:
    """Return the device, and how models are loaded onto it."""
    import torch  # noqa: PLC0415 - seconds to import: on first use

    if not device:
        on_mac = "mps" if torch.backends.mps.is_available() else "cpu"
        device = "cuda" if torch.cuda.is_available() else on_mac
    dtype = torch.bfloat16 if precision is Precision.BF16 else torch.float32
    model = {"dtype": dtype, "use_safetensors": True}
    return device, {"local_files_only": True, "trust_remote_code": False, "model_kwargs": model}


def _owned(model: "Model") -> "Model":
    """Return a model that needs its files no more: a file cut off in use would end the program.

    The libraries read weights out of the files as they stand on the disk, while they compute.
    """
    for tensor in chain(model.parameters(), model.buffers()):
        if tensor.device.type == "cpu":
            tensor.data = tensor.data.clone()
    return model


def _batch_tokens(device: str) -> int:
    """Return the tokens of one batch, which the memory of the device decides."""
    import torch  # noqa: PLC0415 - seconds to import: on first use

    if not device.startswith("cuda"):
        return _CPU_TOKENS
    free, _ = torch.cuda.mem_get_info()
    return max(_CPU_TOKENS, min(_MOST_GPU_TOKENS, _GPU_TOKENS_A_GIB * free // 2**30))


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Import the libraries and load a model; what fails is told as a sentence.

    Raises:
        ModelUnusableError: It cannot be loaded.
    """
    if find_spec("torch") is None or find_spec("sentence_transformers") is None:
        raise LibrariesMissingError(name)
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the libraries are imported
    for library in _QUIET:
        logging.getLogger(library).setLevel(logging.ERROR)
    with told(name):
        from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415 - see above

        disable_progress_bar()
        yield
