"""The only reader of the environment.

Values come from ``FOOTNOTE_*`` variables, then ``footnote.toml`` in the home, then the defaults.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def default_home() -> Path:
    """Return the platform's folder for a program's data."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Footnote"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Footnote"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "footnote"


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _split(given: object) -> object:
    return [part for part in given.split(os.pathsep) if part] if isinstance(given, str) else given


def _lines(given: object) -> object:
    if not isinstance(given, str):
        return given
    return [part.strip() for part in given.split(",") if part.strip()]


# The notes folder is remembered: read from another place, a relative one would be another folder.
Folder = Annotated[Path, AfterValidator(_absolute)]
Folders = Annotated[tuple[Folder, ...], NoDecode, BeforeValidator(_split)]
Patterns = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_lines)]


class Settings(BaseSettings):
    """Everything a user can set. Read once, at start; below the edge, values are passed."""

    model_config = SettingsConfigDict(
        env_prefix="FOOTNOTE_", extra="forbid", frozen=True, env_ignore_empty=True
    )

    home: Folder = Field(default_factory=default_home)
    """Folder of the database and the index."""
    notes: Folders = ()
    """Folders of the notes, separated like those of `PATH`; never written to."""
    ignore: Patterns = ()
    """Patterns of files that are no notes, separated by commas, as in a `.footnoteignore` file."""
    include: Patterns = ()
    """Patterns, separated by commas; when set, only files that match are notes."""
    watch: bool = True
    """Whether the server follows the notes folders and takes changes in at once."""
    database_url: str = ""
    """SQLAlchemy address of another database; empty means SQLite in the home."""
    qdrant_url: str = ""
    """Address of a Qdrant server; empty means the embedded index in the home."""
    qdrant_api_key: SecretStr = SecretStr("")
    """Key of the Qdrant server."""
    host: str = "127.0.0.1"
    """Address to listen on; anything but loopback needs a password."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    password: SecretStr = SecretStr("")
    """Password of the page and the API; empty means none, on loopback only."""
    allowed_hosts: str = ""
    """Further host names the page is reached by, separated by commas."""
    language: Literal["auto", "zh", "en"] = "auto"
    """Language of the page; auto follows the browser."""
    llm_url: str = ""
    """Base address of an OpenAI-compatible endpoint such as vLLM; empty means no model."""
    llm_model: str = ""
    """Model to ask for; empty takes the first one the endpoint lists."""
    llm_api_key: SecretStr = SecretStr("")
    """Key of the endpoint."""
    llm_context_tokens: int = Field(default=16_384, ge=2_048)
    """Tokens that fit the model: prompt and answer together."""
    llm_answer_tokens: int = Field(default=1_024, ge=64)
    """Most tokens of an answer."""
    llm_temperature: float = Field(default=0.2, ge=0.0, le=2.0)
    """Sampling temperature."""
    llm_connect_s: float = Field(default=2.0, gt=0)
    """Seconds to wait for a connection to the endpoint."""
    llm_first_token_s: float = Field(default=60.0, gt=0)
    """Seconds to wait for the first token."""
    llm_idle_s: float = Field(default=30.0, gt=0)
    """Seconds to wait between two tokens."""
    llm_total_s: float = Field(default=300.0, gt=0)
    """Seconds one answer may take."""
    rewriting: bool = True
    """Whether a connected model finds other words for follow-ups and for hard questions."""
    sufficiency: bool = False
    """Whether a connected model first says if the sources answer at all."""
    rerank_ms: float = Field(default=400.0, ge=0)
    """Milliseconds that a cross-encoder may spend on one search."""
    sources: int = Field(default=8, ge=1, le=20)
    """Most sources offered to an answer."""
    source_tokens: int = Field(default=6_000, ge=500)
    """Most tokens of all sources together."""
    per_note: int = Field(default=3, ge=1)
    """Most sources from one note."""
    candidates: int = Field(default=50, ge=10, le=500)
    """Chunks the index returns before reranking."""
    max_note_bytes: int = Field(default=20_000_000, ge=1_000)
    """A larger file is reported instead of read."""
    question_characters: int = Field(default=4_000, ge=100)
    """A longer question is refused."""
    embedding_model: str = ""
    """Encoder: a name of `footnote models list`, a folder, or none; empty takes the chosen one."""
    rerank_model: str = ""
    """Cross-encoder: a name, a folder, or none; empty takes the chosen one."""
    hub_endpoint: str = ""
    """Address of a mirror that models are pulled from; empty means the usual hub."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then ``footnote.toml`` in the home."""
        del dotenv_settings, file_secret_settings
        home = init_settings().get("home") or env_settings().get("home") or default_home()
        toml = TomlConfigSettingsSource(settings_cls, _absolute(Path(home)) / "footnote.toml")
        return (init_settings, env_settings, toml)


class InvalidSettingsError(ValueError):
    """A setting has a value that cannot be used."""

    def __init__(self, error: ValidationError) -> None:
        lines = [
            f"FOOTNOTE_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors()
        ]
        super().__init__("These settings cannot be used: " + "; ".join(lines) + ".")


def read_settings(*, home: Path | None = None, notes: Sequence[Path] | None = None) -> Settings:
    """Read the settings, the command line's ``home`` and ``notes`` taking precedence.

    Raises:
        InvalidSettingsError: A value cannot be used; the sentence names each.
    """
    folders = {"home": home, "notes": notes}
    given = {name: folder for name, folder in folders.items() if folder}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidSettingsError(error) from error


def secrets(settings: Settings) -> tuple[str, ...]:
    """Return the values that nothing may print."""
    values = (getattr(settings, name) for name in Settings.model_fields)
    return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))
