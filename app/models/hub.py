"""A hub of models, through huggingface_hub; asked only when a model is pulled."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from app.models.errors import HubLibraryMissingError, HubUnreachableError, NoSafeWeightsError
from retrieval.model_files import SAFE

if TYPE_CHECKING:
    from huggingface_hub import HfApi

WANTED = (
    "*.safetensors",
    "*.safetensors.index.json",
    "config*.json",
    "modules.json",
    "sentence_*_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "tokenizer*.json",
    "tokenizer.model",
    "sentencepiece*.model",
    "vocab.*",
    "merges.txt",
    "chat_template.*",
    "generation_config.json",
    "*/config.json",
)
"""Files that a model is loaded from; never programs, never pickles."""
_NEVER = ("onnx/*", "openvino/*", "*/onnx/*")
_PATIENCE_S = 20.0
_SAID = 200


@dataclass(frozen=True, slots=True)
class Announced:
    """What a hub has of a model."""

    id: str
    revision: str
    """The commit that is fetched, so that later changes change nothing here."""
    source: str
    sizes: dict[str, int]
    """Bytes of each file that is fetched."""
    digests: dict[str, str]
    """SHA-256 of those files of which the hub says it."""

    @property
    def bytes(self) -> int:
        """Bytes of all files."""
        return sum(self.sizes.values())


def announced(identifier: str, revision: str, endpoint: str) -> Announced:
    """Ask the hub which files a model has.

    Args:
        identifier: The model's id, ``owner/name``.
        revision: Branch, tag or commit; empty means the newest.
        endpoint: Address of a mirror; empty means the usual hub.

    Raises:
        ModelsError: The hub did not answer, or has no weights that can be read safely.
    """
    source = _source(identifier, endpoint)
    if endpoint and not endpoint.startswith(("http://", "https://")):
        reason = "the address of a hub begins with http:// or https://"
        raise HubUnreachableError(source, reason, kept=False)
    with _told(source):
        model = _hub(endpoint).model_info(
            identifier, revision=revision or None, files_metadata=True, timeout=_PATIENCE_S
        )
    files = [file for file in model.siblings or () if is_wanted(file.rfilename)]
    if not any(file.rfilename.endswith(SAFE) for file in files):
        raise NoSafeWeightsError(source)
    return Announced(
        id=identifier,
        revision=model.sha or "",
        source=source,
        sizes={file.rfilename: file.size or 0 for file in files},
        digests={file.rfilename: file.lfs.sha256 for file in files if file.lfs},
    )


def fetch(model: Announced, folder: Path, endpoint: str) -> None:
    """Fetch a model's files into ``folder``; those that are whole there are not fetched again.

    Raises:
        ModelsError: The hub stopped answering; what came so far stays.
    """
    with _told(model.source, folder):
        _hub(endpoint).snapshot_download(
            model.id, revision=model.revision, local_dir=folder, allow_patterns=sorted(model.sizes)
        )


def is_wanted(path: str) -> bool:
    """Whether a file of a repository or folder is one that a model is loaded from."""
    if ".." in path.split("/") or path.startswith("/") or "\\" in path:
        return False  # a hub that lies would write beside the model
    unwanted = any(fnmatch(path, pattern) for pattern in _NEVER)
    nested = path.count("/") > 1 or ("/" in path and not path.endswith((".json", SAFE)))
    return not unwanted and not nested and any(fnmatch(path, pattern) for pattern in WANTED)


def _hub(endpoint: str) -> "HfApi":
    from huggingface_hub import HfApi  # noqa: PLC0415 - only a pull needs it
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415 - see above

    if not sys.stderr.isatty():
        disable_progress_bars()
    return HfApi(endpoint=endpoint.rstrip("/") or None, token=False)  # no stored one leaves


def _source(identifier: str, endpoint: str) -> str:
    return f"{identifier} from {endpoint or 'the hub'}"


@contextmanager
def _told(source: str, folder: Path | None = None) -> Iterator[None]:
    """Tell what the library raises as a sentence of ours, and whether ``folder`` keeps a part."""
    try:
        from huggingface_hub import errors  # noqa: PLC0415 - only a pull needs it
    except ImportError as error:
        raise HubLibraryMissingError from error
    try:
        yield
    except Exception as error:
        if isinstance(error, errors.OfflineModeIsEnabled):
            said = "HF_HUB_OFFLINE forbids it"
        elif isinstance(error, errors.HfHubHTTPError):
            said = " ".join(str(error).split())[:_SAID]
        elif isinstance(error, ValueError):  # no address, no id, no JSON
            said = f"no answer of a hub: {' '.join(str(error).split())[:_SAID]}"
        else:
            said = f"no answer, {type(error).__name__}"
        raise HubUnreachableError(source, said, kept=_has_come(folder)) from error


def _has_come(folder: Path | None) -> bool:
    """Whether bytes of a model lie in ``folder``, whole files or the beginnings of some."""
    return folder is not None and any(
        (".cache" not in file.relative_to(folder).parts or file.suffix == ".incomplete")
        and file.stat().st_size > 0
        for file in folder.rglob("*")
        if file.is_file()
    )
