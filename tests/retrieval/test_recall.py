"""Floors under what a search finds, on question sets that lie beside the repository."""

import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ingest.catalog import CutNote
from ingest.chunking import chunks
from ingest.listing import notes_folders
from ingest.parsing import parse
from ingest.source import Source
from ingest.sync import Sync
from retrieval.dictionary import Dictionary
from retrieval.edge import EdgeIndex
from retrieval.glossary import Glossary, built_in
from retrieval.index import Point
from retrieval.lexical import LexicalEncoder, terms
from retrieval.retriever import Retriever
from tests.fakes.catalog import FakeCatalog
from tests.fakes.notes import sample_note

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "notes"
OWN = ROOT / "data" / "evaluation" / "questions.jsonl"
OWN_OFFTOPIC = ROOT / "data" / "evaluation" / "offtopic.jsonl"
SHARED = Path(__file__).parents[3] / "shared"
NOTES = SHARED / "notes"
QUESTIONS = SHARED / "eval" / "questions_dev.jsonl"
OFFTOPIC = SHARED / "eval" / "questions_offtopic_dev.jsonl"
PARAGRAPHS = SHARED / "corpora" / "drcd" / "DRCD_dev.json"
needs_notes = pytest.mark.skipif(
    not (NOTES.is_dir() and QUESTIONS.is_file()), reason="there is no question set beside the repo"
)
needs_paragraphs = pytest.mark.skipif(
    not PARAGRAPHS.is_file(), reason="there are no paragraphs beside the repo"
)
Asked = Mapping[str, Any]


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return Dictionary()


@pytest.fixture(scope="module")
def notes(
    tmp_path_factory: pytest.TempPathFactory, dictionary: Dictionary
) -> Iterator[tuple[Retriever, FakeCatalog]]:
    """The notes beside the repository, taken in by the real sync into the real index."""
    catalog = FakeCatalog()
    source = Source(notes_folders([NOTES]), 50_000_000)
    with EdgeIndex.open(tmp_path_factory.mktemp("recall") / "index") as index:
        report = Sync(source, catalog, index, LexicalEncoder()).run()
        assert report.failed == ()
        thesaurus = Glossary(built_in())
        yield Retriever(index, catalog, dictionary, thesaurus=thesaurus), catalog


@pytest.fixture(scope="module")
def samples(
    tmp_path_factory: pytest.TempPathFactory, dictionary: Dictionary
) -> Iterator[Retriever]:
    """The sample notes, taken in the same way."""
    catalog = FakeCatalog()
    with EdgeIndex.open(tmp_path_factory.mktemp("samples") / "index") as index:
        Sync(Source(notes_folders([SAMPLES]), 50_000_000), catalog, index, LexicalEncoder()).run()
        yield Retriever(index, catalog, dictionary, thesaurus=Glossary(built_in()))


def asked(path: Path) -> list[Asked]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def rank(question: Asked, texts: list[str]) -> int | None:
    """Return from which place on the texts hold the evidence, from 1."""
    squeezed_texts = [squeezed(text) for text in texts]
    places = [
        next(
            (
                place
                for place, text in enumerate(squeezed_texts, start=1)
                if squeezed(each["quote"]) in text
            ),
            None,
        )
        for each in question["evidence"]
    ]
    found = [place for place in places if place is not None]
    if question.get("match") == "all":
        return max(found) if len(found) == len(places) else None
    return min(found, default=None)


@needs_notes
def test_evidence_is_among_the_first_passages(notes: tuple[Retriever, FakeCatalog]) -> None:
    retriever, _ = notes
    answerable = [each for each in asked(QUESTIONS) if each["answerable"]]
    ranks = []
    for question in answerable:
        history = question.get("history") or [{"question": ""}]
        found = retriever.retrieve(question["question"], 20, previous=history[-1]["question"])
        ranks.append(rank(question, [passage.text for passage in found.passages]))
    hits = shares(ranks)
    assert hits[1] >= 0.62
    assert hits[8] >= 0.88
    assert hits[20] >= 0.88


def shares(ranks: list[int | None]) -> dict[int, float]:
    """Return the share of questions that are hit at each cut."""
    return {
        cut: sum(each is not None and each <= cut for each in ranks) / len(ranks)
        for cut in (1, 8, 20)
    }


def test_evidence_in_the_sample_notes_is_among_the_first_passages(samples: Retriever) -> None:
    ranks = []
    for question in asked(OWN):
        history = question.get("history") or [{"question": ""}]
        found = samples.retrieve(question["question"], 20, previous=history[-1]["question"])
        ranks.append(rank(question, [passage.text for passage in found.passages]))
    hits = shares(ranks)
    assert hits[1] >= 0.64
    assert hits[8] >= 0.84
    assert hits[20] >= 0.88


def test_most_questions_that_the_sample_notes_say_nothing_of_are_refused(
    samples: Retriever,
) -> None:
    refused = [not samples.retrieve(each["question"]).on_topic for each in asked(OWN_OFFTOPIC)]
    kept = [samples.retrieve(each["question"]).on_topic for each in asked(OWN)]
    assert sum(refused) / len(refused) >= 0.88
    assert sum(kept) / len(kept) >= 0.88


@needs_notes
def test_passages_are_slices_of_their_notes(notes: tuple[Retriever, FakeCatalog]) -> None:
    retriever, catalog = notes
    for question in asked(QUESTIONS)[:20]:
        for passage in retriever.retrieve(question["question"]).passages:
            note = catalog.entries[passage.note_id].note
            assert passage.text == passage.span.of(note.text)
            assert passage.path == note.path


@needs_notes
def test_most_questions_about_something_else_are_refused(
    notes: tuple[Retriever, FakeCatalog],
) -> None:
    retriever, _ = notes
    refused = [not retriever.retrieve(each["question"]).on_topic for each in asked(OFFTOPIC)]
    kept = [retriever.retrieve(each["question"]).on_topic for each in asked(QUESTIONS)]
    assert sum(refused) / len(refused) >= 0.7
    assert sum(kept) / len(kept) >= 0.95


def paragraphs() -> tuple[FakeCatalog, list[tuple[str, UUID]]]:
    """Return the paragraphs as notes, and each question with the note that answers it."""
    catalog = FakeCatalog()
    of_paragraph: list[tuple[str, UUID]] = []
    articles = json.loads(PARAGRAPHS.read_text(encoding="utf-8"))["data"]
    for number, each in enumerate(each for article in articles for each in article["paragraphs"]):
        note = sample_note(each["context"], path=f"{number}.txt", note_id=UUID(int=number + 1))
        cut = chunks(note.id, note.text, parse(note.text))
        catalog.store([CutNote(note, cut, modified_ns=0, cutter="")])
        of_paragraph.extend((qa["question"], note.id) for qa in each["qas"])
    return catalog, of_paragraph


@needs_paragraphs
def test_questions_in_traditional_script_find_their_paragraph(
    tmp_path: Path, dictionary: Dictionary
) -> None:
    catalog, of_paragraph = paragraphs()
    encoder = LexicalEncoder()
    live = list(catalog.chunks())
    encoder.average_length = sum(len(terms(each.indexed_text)) for each in live) / len(live)
    with EdgeIndex.open(tmp_path / "index") as index:
        index.upsert(
            [Point(each.point, each.kind, encoder.passage(each.indexed_text)[0]) for each in live]
        )
        retriever = Retriever(index, catalog, dictionary)
        sample = random.Random(7).sample(of_paragraph, 200)  # noqa: S311 - a sample, no secret
        first = [retriever.retrieve(question, 1).passages for question, _ in sample]
    right = sum(
        bool(found) and found[0].note_id == note_id
        for found, (_, note_id) in zip(first, sample, strict=True)
    )
    assert right / len(sample) >= 0.9
