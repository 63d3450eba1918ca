"""Jupyter notebooks: their words, their code, and what it said in short."""

import re
from collections.abc import Iterator

from pydantic import AliasChoices, BaseModel, Field, ValidationError

from ingest.decoding import Decoded, decode
from ingest.formats.format import FileBytes, Format
from ingest.formats.unreadable import UnreadableDocumentError
from ingest.parsing import Parsed
from ingest.parsing.document import document, unmarked
from retrieval.chunk import Kind

_MOST_LINES = 20
_MOST_CHARACTERS = 1_500
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TICKS = re.compile(r"`+")
_SHORTEST_FENCE = 3
_LANGUAGE = re.compile(r"[\w+#.-]{1,20}")
_CUT = "…"
_Text = str | list[str]


class _Output(BaseModel):
    """What a cell of code said."""

    output_type: str = ""
    text: _Text = ""
    data: dict[str, object] = {}
    ename: str = ""
    evalue: str = ""

    @property
    def words(self) -> str:
        """What of it is plain text; an error without its trace."""
        if self.ename:
            return f"{self.ename}: {self.evalue}"
        shown = self.data.get("text/plain", self.text)
        lines = shown if isinstance(shown, list) else [shown]
        return "".join(line for line in lines if isinstance(line, str))


class _Cell(BaseModel):
    """A cell, in the fourth format or the third."""

    cell_type: str = ""
    source: _Text = Field("", validation_alias=AliasChoices("source", "input"))
    outputs: list[_Output] = []
    level: int = Field(1, ge=1, le=6)
    language: str = ""

    @property
    def words(self) -> str:
        """Its text, without white space around it."""
        text = self.source if isinstance(self.source, str) else "".join(self.source)
        return text.replace("\r\n", "\n").strip("\n \t")


class _Sheet(BaseModel):
    cells: list[_Cell] = []


class _Named(BaseModel):
    name: str = ""
    language: str = ""


class _About(BaseModel):
    language_info: _Named = _Named()
    kernelspec: _Named = _Named()


class _Notebook(BaseModel):
    """The parts of a notebook that are read."""

    cells: list[_Cell] = []
    worksheets: list[_Sheet] = []
    metadata: _About = _About()

    @property
    def language(self) -> str:
        """The language of its code."""
        about = self.metadata
        named = about.language_info.name or about.kernelspec.language or "python"
        return named if _LANGUAGE.fullmatch(named) else ""


def _text(file: FileBytes) -> Decoded:
    decoded = decode(file.data)
    try:
        notebook = _Notebook.model_validate_json(decoded.text.removeprefix("\ufeff"))
    except ValidationError as error:
        raise UnreadableDocumentError(
            file.path, "it is no notebook, or a damaged one", "Save it again in Jupyter."
        ) from error
    cells = [*notebook.cells, *(cell for sheet in notebook.worksheets for cell in sheet.cells)]
    parts = [part for cell in cells for part in _parts(cell, notebook.language)]
    if not parts:
        raise UnreadableDocumentError(
            file.path, "there are no words in the notebook", "Write something into a cell."
        )
    text = "\n\n".join(parts) + "\n"
    return Decoded(
        text.encode("utf-8", "replace").decode(),
        decoded.encoding,
        lossy=decoded.lossy,
        guessed=decoded.guessed,
    )


def _parts(cell: _Cell, language: str) -> Iterator[str]:
    """Write a cell, and below it what it said."""
    words = cell.words
    if cell.cell_type == "heading" and words:
        yield "#" * cell.level + " " + " ".join(words.split())
    elif cell.cell_type == "code":
        if words:
            yield _fenced(words, cell.language or language)
        said = "\n".join(text for output in cell.outputs if (text := output.words.strip("\n")))
        if said.strip():
            yield _fenced(_short(_COLOURS.sub("", said)), "text")
    elif words:
        yield unmarked(words) if cell.cell_type == "markdown" else _fenced(words, "text")


def _short(text: str) -> str:
    """Return the beginning of what a cell said; an ellipsis says that it said more."""
    kept = "\n".join(text.splitlines()[:_MOST_LINES])[:_MOST_CHARACTERS].rstrip()
    return kept if len(kept) >= len(text.rstrip()) else f"{kept}\n{_CUT}"


def _fenced(text: str, language: str) -> str:
    ticks = max((len(found) for found in _TICKS.findall(text)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, ticks + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _parse(text: str, name: str) -> Parsed:
    return document(text, name, Kind.ARTICLE)


NOTEBOOK = Format("notebook", frozenset({".ipynb"}), _text, _parse)
