"""The search lab: one question, what every stage made of it, and what other settings change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from app.db.trace_rows import TracedChunk
from app.rendering import label, showable
from app.search_body import MOST_CANDIDATES, MOST_OF_ONE_NOTE, SearchSettingsBody
from app.search_form import MOST, SECOND, SearchForm
from app.texts import Texts
from app.views.chips import chip_view
from app.views.lab_comparison import ComparisonView, comparison_view
from app.views.stages import ColumnView, PassageView, Staged
from app.views.trace_parts import ChipView, TermView, left_out, times
from retrieval.retrieved import Retrieved
from retrieval.search_settings import SearchSettings
from retrieval.trace import Trace

ADDRESS = "/search"
_NUMBERS: Mapping[str, tuple[str, str, str]] = {
    "candidates": ("1", str(MOST_CANDIDATES), "1"),
    "per_note": ("1", str(MOST_OF_ONE_NOTE), "1"),
    "threshold": ("0", "100", "any"),
    "semantic_weight": ("0", "1", "any"),
}
_SWITCHES = tuple(
    name
    for name in SearchSettingsBody.model_fields
    if isinstance(getattr(SearchSettings(), name), bool)
)
_YES = frozenset({"on", "true", "1", "yes", "y", "t"})


@dataclass(frozen=True, slots=True)
class Lab:
    """What a search of the lab found."""

    form: SearchForm
    usual: SearchSettings
    """The settings of a search that brings none."""
    found: tuple[tuple[Retrieved, Trace], ...] = ()
    """What each side found, with its trace; none before the first search."""
    live: Mapping[UUID, TracedChunk] | None = None
    """The candidates."""
    marked: frozenset[UUID] = frozenset()
    """The candidates that were said to answer the question."""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One way to set a switch."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A setting that can be filled in."""

    name: str
    label: str
    value: str
    usual: str
    """What counts when it is left empty."""
    limits: tuple[str, str, str] = ("", "", "")
    """Least, most and step of a number."""
    choices: tuple[ChoiceView, ...] = ()
    """None for a number."""


@dataclass(frozen=True, slots=True)
class SideView:
    """One set of settings."""

    letter: str
    numbers: tuple[FieldView, ...]
    switches: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """What one set of settings found, and how."""

    letter: str
    settings: str
    """The settings that are not the usual ones, as one line; empty when all are."""
    passages: tuple[PassageView, ...]
    columns: tuple[ColumnView, ...]
    terms: tuple[TermView, ...]
    chips: tuple[ChipView, ...]
    within: str
    evidence: str
    on_topic: bool
    share: float
    """Evidence in 0..1 of twice the threshold."""
    missing: str
    silent: str
    """Why no search by meaning took part; empty when one did."""
    earlier: str
    also: tuple[str, ...]
    times: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LabView:
    """The page."""

    title: str
    question: str
    previous: str
    limit: str
    most: int
    problem: str
    open: bool
    """Whether the settings are unfolded."""
    sides: tuple[SideView, SideView]
    compared: bool
    runs: tuple[RunView, ...]
    comparison: ComparisonView | None
    marked: frozenset[str]
    """The candidates that were said to answer the question."""
    back: str
    """This search's own address."""
    document: str
    """Address of the same search as JSON."""


def lab_view(texts: Texts, lab: Lab) -> LabView:
    """Arrange the page."""
    form = lab.form
    first, second = (_side(texts, form, lab.usual, prefix) for prefix in ("", SECOND))
    runs = tuple(_run(texts, lab, number) for number in range(len(lab.found)))
    question = label(form.question)
    return LabView(
        title=f"{question} · {texts('lab.title')}" if question else texts("lab.title"),
        question=showable(form.question),
        previous=showable(form.previous),
        limit=form.given.get("limit", ""),
        most=MOST,
        problem=form.problem,
        open=bool(set(form.given) - {"q"}),
        sides=(first, second),
        compared=form.second is not None or "compare" in form.given,
        runs=runs,
        comparison=_comparison(texts, lab, runs),
        marked=frozenset(map(str, lab.marked)),
        back=_address(ADDRESS, form.given),
        document=_document(form),
    )


def _comparison(texts: Texts, lab: Lab, runs: Sequence[RunView]) -> ComparisonView | None:
    if len(lab.found) < len("AB"):
        return None
    (_, first), (_, second) = lab.found
    return comparison_view(texts, (first, second), (runs[0].passages, runs[1].passages))


def _address(path: str, given: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(dict(given), errors='replace')}" if given else path


def _document(form: SearchForm) -> str:
    given = {"q": form.question, "limit": str(form.limit), "trace": "true"}
    if form.previous:
        given["previous"] = form.previous
    return _address("/api/search", {**given, **form.first.named})


def _side(texts: Texts, form: SearchForm, usual: SearchSettings, prefix: str) -> SideView:
    return SideView(
        letter="B" if prefix else "A",
        numbers=tuple(
            FieldView(
                name=prefix + name,
                label=texts(f"lab.set_{name}"),
                value=form.given.get(prefix + name, ""),
                usual=_usual(texts, name, usual),
                limits=limits,
            )
            for name, limits in _NUMBERS.items()
        ),
        switches=tuple(_switch(texts, form, usual, prefix + name) for name in _SWITCHES),
    )


def _switch(texts: Texts, form: SearchForm, usual: SearchSettings, field: str) -> FieldView:
    name, value = field.removeprefix(SECOND), form.given.get(field, "").lower()
    chosen = "" if not value else "on" if value in _YES else "off"
    stands = _usual(texts, name, usual)
    names = {
        "": texts("lab.as_usual", value=stands),
        "on": texts("lab.on"),
        "off": texts("lab.off"),
    }
    choices = (ChoiceView(each, said, each == chosen) for each, said in names.items())
    return FieldView(
        field, texts.either(f"lab.set_{name}", name), value, stands, choices=tuple(choices)
    )


def _usual(texts: Texts, name: str, usual: SearchSettings) -> str:
    value = getattr(usual, name)
    if value is None:
        return texts("lab.measured")
    if isinstance(value, bool):
        return texts("lab.on" if value else "lab.off")
    return f"{value:g}"


def _run(texts: Texts, lab: Lab, number: int) -> RunView:
    found, trace = lab.found[number]
    letter = "AB"[number] if len(lab.found) > 1 else ""
    staged = Staged(texts, trace, lab.live or {}, letter.lower())
    topic = "lab.on_topic" if found.on_topic else "lab.off_topic"
    figures = {"evidence": f"{trace.evidence:.2f}", "threshold": f"{trace.threshold:.2f}"}
    return RunView(
        letter=letter,
        settings=written(texts, lab.form.sides[number]),
        passages=staged.passages(),
        columns=staged.columns(),
        terms=staged.terms,
        chips=_chips(texts, lab.form, found, trace),
        within="" if trace.within is None else texts("lab.within", n=trace.within),
        evidence=texts(topic, **figures),
        on_topic=found.on_topic,
        share=min(1.0, trace.evidence / (2 * trace.threshold)) if trace.threshold else 1.0,
        missing="、".join(map(label, found.missing)),
        silent="" if trace.semantic_weight else texts("lab.no_semantic"),
        earlier=label(trace.earlier),
        also=tuple(map(label, trace.also)),
        times=times(texts, trace),
        left_out=left_out(texts, trace),
    )


def written(texts: Texts, settings: SearchSettingsBody) -> str:
    """Write the settings that one search has otherwise, as one line."""
    told = []
    for name, value in settings.named.items():
        said = texts("lab.on" if value else "lab.off") if isinstance(value, bool) else str(value)
        told.append(f"{texts.either(f'lab.set_{name}', name)} {said}")
    return " · ".join(told)


def _chips(texts: Texts, form: SearchForm, found: Retrieved, trace: Trace) -> tuple[ChipView, ...]:
    if found.query is None:
        return tuple(ChipView(label(chip)) for chip in trace.chips)
    chips = (chip_view(texts, chip) for chip in found.query.chips)
    return tuple(
        ChipView(chip.text, _address(ADDRESS, {**form.given, "q": chip.line}) if chip.line else "")
        for chip in chips
    )
