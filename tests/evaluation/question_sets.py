"""The question sets: each with its folder of notes. What lies beside the repository may be absent.

Known-item sets are made from notes without any model, so that nothing can be fitted to them: a
heading asks for the section it stands above, from which it is left out; words of a sentence ask for
the sentence.
"""

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.block import BlockKind
from ingest.parsing import parse
from retrieval.lexical import FUNCTION_TERMS, content_terms, words
from retrieval.span import Span
from tests.evaluation.asked import Asked, Place

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "notes"
QUESTIONS = ROOT / "data" / "evaluation"
OFF_TOPIC = QUESTIONS / "offtopic.jsonl"
SHARED = ROOT.parent / "shared"
NOTES = SHARED / "notes"
LARGE = SHARED / "corpora" / "llm-action"
HANDBOOK = SHARED / "corpora" / "deep-rag-benchmark"
PARAGRAPHS = SHARED / "corpora" / "drcd" / "DRCD_dev.json"
SEED = 11
_LEAST_BODY = 60
_MISLED = ("contextual_anaphora", "negation_exclusion")
"""Sets that name first the note that the question leads to wrongly."""
_SENTENCE = re.compile(r"[^。！？!?\n]{25,90}[。！？!?\n]")


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions over one folder of notes."""

    name: str
    notes: Path
    questions: tuple[Asked, ...]


Made = Callable[[Path], QuestionSet]


def known_sets() -> Mapping[str, Made]:
    """Return the sets whose notes are there: name to what makes it in a folder of its own."""
    made: dict[str, tuple[Path, Made]] = {
        "own": (SAMPLES, lambda _: written("own", SAMPLES, QUESTIONS / "questions.jsonl")),
        "own-headings": (SAMPLES, lambda folder: headings("own-headings", SAMPLES, folder, 300)),
        "dev": (
            NOTES,
            lambda _: written("dev", NOTES, SHARED / "eval" / "questions_dev.jsonl"),
        ),
        "sentences": (NOTES, lambda _: sentences("sentences", NOTES, 300)),
        "note-headings": (NOTES, lambda folder: headings("note-headings", NOTES, folder, 300)),
        "headings": (LARGE, lambda folder: headings("headings", LARGE, folder, 500)),
        "paragraphs": (PARAGRAPHS, lambda folder: paragraphs("paragraphs", folder, 1_000)),
        "handbook": (HANDBOOK, lambda _: handbook("handbook")),
    }
    return {name: make for name, (needed, make) in made.items() if needed.exists()}


def written(name: str, notes: Path, path: Path) -> QuestionSet:
    """Read a set that was written by hand."""
    return QuestionSet(name, notes, tuple(_written(path)))


def off_topic(path: Path) -> tuple[Asked, ...]:
    """Read questions that have nothing to do with the notes; none where the file is absent."""
    return tuple(_written(path)) if path.is_file() else ()


def _written(path: Path) -> Iterator[Asked]:
    for line in path.read_text(encoding="utf-8").splitlines():
        value: dict[str, Any] = json.loads(line)
        history = value.get("history") or [{"question": ""}]
        yield Asked(
            id=value["id"],
            question=value["question"],
            kind=value["kind"],
            previous=history[-1]["question"],
            quotes=tuple(each["quote"] for each in value.get("evidence", ())),
            all_needed=value.get("match") == "all",
            answerable=value.get("answerable", True),
        )


def headings(name: str, notes: Path, folder: Path, count: int) -> QuestionSet:
    """Ask with headings for their sections; those headings are blotted out of a copy."""
    copy = folder / "notes"
    shutil.copytree(notes, copy, ignore=_no_text)
    found = [each for path in sorted(copy.rglob("*.md")) for each in _sections(path)]
    sample = random.Random(SEED).sample(found, min(count, len(found)))
    blotted: dict[Path, list[Span]] = {}
    for _, path, heading, _ in sample:
        blotted.setdefault(path, []).append(heading)
    for path, spans in blotted.items():
        text = _read(path)
        for span in spans:
            # As long as it was, so that every place stays where it is.
            text = f"{text[: span.start]}§{' ' * (len(span) - 1)}{text[span.end :]}"
        path.write_bytes(text.encode())
    return QuestionSet(
        name,
        copy,
        tuple(
            Asked(str(number), title, places=(Place(path.relative_to(copy).as_posix(), body),))
            for number, (title, path, _, body) in enumerate(sample)
        ),
    )


def _no_text(folder: str, names: list[str]) -> list[str]:
    """Leave out what is no note: pictures may be large."""
    return [name for name in names if not ((Path(folder) / name).is_dir() or name.endswith(".md"))]


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _sections(path: Path) -> Iterator[tuple[str, Path, Span, Span]]:
    """Yield title, file, place of the title and of the section's own text."""
    text = _read(path)
    blocks = parse(text).blocks
    starts = [block for block in blocks if block.kind is BlockKind.HEADING]
    ends = [block.span.start for block in starts[1:]] + [len(text)] * bool(starts)
    for block, end in zip(starts, ends, strict=True):
        line = block.span.of(text)
        shown = re.fullmatch(r"\s*#{1,6}\s+(?P<title>[^\n]*\S)\s*", line)
        if shown is None or end - block.span.end < _LEAST_BODY:
            continue
        title = shown["title"]
        told = [term for term in content_terms(title) if term not in FUNCTION_TERMS]
        if len(told) >= 2 and not text[block.span.end : end].isspace():
            start = block.span.start + shown.start("title")
            yield (
                title.strip("*# "),
                path,
                Span(start, start + len(title)),
                Span(block.span.end, end),
            )


def sentences(name: str, notes: Path, count: int) -> QuestionSet:
    """Ask for sentences with some of their words; the others are forgotten."""
    draw = random.Random(SEED)
    found: list[str] = []
    for path in sorted(notes.glob("*.md")):
        text = _read(path)
        found.extend(
            each for each in _SENTENCE.findall(text) if text.count(each) == 1 and "http" not in each
        )
    asked = []
    for number, sentence in enumerate(draw.sample(found, min(count, len(found)))):
        told = [word for word in words(sentence) if len(word) > 1 and word not in FUNCTION_TERMS]
        kept = sorted(draw.sample(range(len(told)), min(len(told), max(2, min(5, len(told) // 2)))))
        question = " ".join(told[place] for place in kept)
        asked.append(Asked(str(number), question, quotes=(sentence,)))
    return QuestionSet(name, notes, tuple(asked))


def paragraphs(name: str, folder: Path, count: int) -> QuestionSet:
    """Ask for paragraphs of an encyclopedia in traditional script; each is a note."""
    notes = folder / "notes"
    notes.mkdir()
    asked: list[Asked] = []
    articles = json.loads(PARAGRAPHS.read_text(encoding="utf-8"))["data"]
    for number, each in enumerate(each for article in articles for each in article["paragraphs"]):
        (notes / f"{number}.txt").write_text(each["context"], encoding="utf-8")
        asked.extend(
            Asked(qa["id"], qa["question"], places=(Place(f"{number}.txt"),)) for qa in each["qas"]
        )
    sample = random.Random(SEED).sample(asked, min(count, len(asked)))
    return QuestionSet(name, notes, tuple(sample))


def handbook(name: str) -> QuestionSet:
    """Ask the English handbook; a follow-up comes with the question before it."""
    asked = []
    for path in sorted((HANDBOOK / "datasets").glob("*.jsonl")):
        if path.stem == "multimodal":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            value: dict[str, Any] = json.loads(line)
            golds = [note for each in value["retrieval"] for note in each]
            if path.stem in _MISLED:
                golds = golds[-1:]
            asked.append(
                Asked(
                    id=f"{path.stem}-{value['id']}",
                    question=value["question"],
                    kind=path.stem,
                    previous=value.get("context") or "",
                    places=tuple(Place(note) for note in dict.fromkeys(golds)),
                    all_needed=path.stem == "multi-hop_reasoning",
                )
            )
    return QuestionSet(name, HANDBOOK / "content" / "handbook", tuple(asked))
