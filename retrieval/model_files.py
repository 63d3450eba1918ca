"""What the files of a model say about it, read without loading it.

A model is a folder as sentence-transformers writes it: ``config.json``, a tokenizer, weights as
safetensors, and for encoders ``modules.json`` with a folder for each further step. Weights are
never unpickled, and nothing in the folder is ever run.
"""

import hashlib
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from retrieval.model_errors import (
    ModelFileDamagedError,
    ModelMissingError,
    ModelNeedsCodeError,
    ModelUnusableError,
    PickledWeightsError,
)

SAFE = ".safetensors"
PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_INDEX = "model.safetensors.index.json"
_LENGTH = struct.Struct("<Q")
_LONGEST_HEADER = 100_000_000
_SAMPLES = 16
_SAMPLE_BYTES = 4_096
_OURS = "sentence_transformers."
_POOLING = "Pooling"
_QUESTION_PROMPTS = ("query", "question")
_PASSAGE_PROMPTS = ("passage", "document")


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants to read before a text."""

    question: str = ""
    passage: str = ""


@dataclass(frozen=True)
class ModelFiles:
    """A model's folder; its facts are read when they are asked for."""

    folder: Path
    name: str
    """Hub id, or the folder's path."""
    revision: str = ""
    """Commit of the hub it came from; empty when unknown."""

    @cached_property
    def weights(self) -> tuple[Path, ...]:
        """Files that hold the weights.

        Raises:
            ModelUnusableError: There are none, or one is missing or cut off.
        """
        listed = self.folder / _INDEX
        if listed.is_file():
            names = sorted(set(_text_map(_json(listed), "weight_map").values()))
            found = tuple(self.folder / name for name in names)
        else:
            found = tuple(sorted(self.folder.glob(f"*{SAFE}")))
        if not found:
            raise self._without_weights()
        for file in found:
            _check(file)
        return found

    @cached_property
    def dimension(self) -> int:
        """Components of a vector.

        Raises:
            ModelUnusableError: The files do not say.
        """
        sizes = [self.config.get("hidden_size")]
        for module in self._modules:
            steps = _json(self.folder / module["path"] / "config.json", optional=True)
            names = ("out_features", "word_embedding_dimension", "embedding_dimension")
            sizes += [steps[name] for name in names if name in steps]
        given = [size for size in sizes if isinstance(size, int) and size > 0]
        if not given:
            raise ModelFileDamagedError(self.folder / "config.json", "it names no dimension")
        return given[-1]

    @cached_property
    def prompts(self) -> Prompts:
        """The prompts that the model brings; empty when it brings none."""
        config = _json(self.folder / "config_sentence_transformers.json", optional=True)
        prompts = _text_map(config, "prompts")
        return Prompts(_first(prompts, _QUESTION_PROMPTS), _first(prompts, _PASSAGE_PROMPTS))

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """What ``config.json`` says.

        Raises:
            ModelUnusableError: It is missing or damaged.
        """
        config: Mapping[str, Any] = _json(self.folder / "config.json")
        return config

    @cached_property
    def bytes(self) -> int:
        """Size of the weights."""
        return sum(file.stat().st_size for file in self.weights)

    @cached_property
    def digest(self) -> str:
        """Digest of the files: settings whole, of the weights the heads and samples.

        Reading gigabytes would take seconds at each start; other weights differ in any sample.
        """
        digest = hashlib.sha256()
        for file in sorted(self.folder.rglob("*.json")):
            if not any(part.startswith(".") for part in file.relative_to(self.folder).parts):
                digest.update(file.relative_to(self.folder).as_posix().encode())
                digest.update(file.read_bytes())
        for file in self.weights:
            digest.update(f"{file.name} {file.stat().st_size}".encode())
            _add_samples(digest.update, file)
        return digest.hexdigest()

    def checked(self) -> "ModelFiles":
        """Return itself, when it can be loaded as far as its files tell.

        Raises:
            ModelUnusableError: It cannot; the sentence says why.
        """
        if not self.folder.is_dir():
            raise ModelMissingError(self.folder)
        for module in self._modules:
            if not module["type"].startswith(_OURS):
                raise ModelNeedsCodeError(self.name, module["type"])
        _ = self.weights, self.dimension
        return self

    @cached_property
    def _modules(self) -> Sequence[Mapping[str, str]]:
        file = self.folder / "modules.json"
        modules = _json(file, optional=True, kind=list)
        return [
            {"path": str(module.get("path", "")), "type": str(module.get("type", ""))}
            for module in modules
            if isinstance(module, dict)
        ]

    def _without_weights(self) -> ModelUnusableError:
        if not self.folder.is_dir():
            return ModelMissingError(self.folder)
        pickled = [file.name for file in self.folder.iterdir() if file.suffix in PICKLED]
        if pickled:
            return PickledWeightsError(self.folder / pickled[0])
        return ModelFileDamagedError(self.folder, "no weights lie in it")


def weights_size(file: Path) -> int:
    """Return how long a safetensors file must be by its own head.

    Raises:
        ModelUnusableError: It has no readable head.
    """
    try:
        with file.open("rb") as opened:
            (length,) = _LENGTH.unpack(opened.read(_LENGTH.size))
            if length > _LONGEST_HEADER:
                raise ModelFileDamagedError(file, "its head cannot be read")
            head = json.loads(opened.read(length))
        tensors = [each for name, each in head.items() if name != "__metadata__"]
        ends = [int(each["data_offsets"][1]) for each in tensors]
    except FileNotFoundError:
        raise ModelMissingError(file) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise ModelFileDamagedError(file, "its head cannot be read") from error
    return _LENGTH.size + int(length) + max(ends, default=0)


def _check(file: Path) -> None:
    needed = weights_size(file)
    if file.stat().st_size != needed:
        raise ModelFileDamagedError(file, f"{file.stat().st_size:,} bytes instead of {needed:,}")


def _add_samples(add: Callable[[bytes], None], file: Path) -> None:
    size = file.stat().st_size
    with file.open("rb") as opened:
        (length,) = _LENGTH.unpack(opened.read(_LENGTH.size))
        add(opened.read(length))
        step = max(1, (size - _SAMPLE_BYTES) // _SAMPLES)
        for start in range(_LENGTH.size + length, size, step):
            opened.seek(start)
            add(opened.read(_SAMPLE_BYTES))


def _json(file: Path, *, optional: bool = False, kind: type = dict) -> Any:  # noqa: ANN401 - JSON
    """Return what a file holds; when ``optional`` and not there, an empty ``kind``."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if optional:
            return kind()
        if file.parent.is_dir():
            raise ModelFileDamagedError(file, "it is missing") from None
        raise ModelMissingError(file.parent) from None
    except (OSError, ValueError) as error:
        raise ModelFileDamagedError(file, "it is no JSON") from error
    if not isinstance(value, kind):
        raise ModelFileDamagedError(file, "it holds something else than expected")
    return value


def _text_map(config: Mapping[str, Any], name: str) -> Mapping[str, str]:
    value = config.get(name)
    if not isinstance(value, dict):
        return {}
    return {str(key): each for key, each in value.items() if isinstance(each, str)}


def _first(prompts: Mapping[str, str], names: Sequence[str]) -> str:
    return next((prompts[name] for name in names if name in prompts), "")
