"""The leg's weight: some for an encoder that knows what is meant, none for one that guesses."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import numpy as np
import pytest

from retrieval.calibration import (
    CAUTIOUS,
    LEAST_QUERIES,
    Legs,
    Measured,
    calibrate,
)
from retrieval.chunk import Chunk, Kind
from retrieval.embedder import Embedder, Matrix, Vector
from retrieval.index import Point
from retrieval.known_items import Query, queries
from retrieval.language import Language
from retrieval.lexical import LexicalEncoder
from retrieval.span import Span
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.fakes.vectors import FakeVectors

SPACE = UUID(int=5)
DIMENSION = 96
SECTIONS = 80
_FIRST, _RARE = 0x5000, 6
"""Characters of the Chinese headings: the first of them, and how many each section has."""


def chunk(number: int, headings: tuple[str, ...], text: str, note: int = 0) -> Chunk:
    identifier = uuid5(SPACE, f"{note}-{number}")
    header = " › ".join(headings)
    return Chunk(
        identifier, UUID(int=note), number, Kind.ARTICLE, header, text, Span(0, len(text)), headings
    )


def sections(language: str) -> list[Chunk]:
    """Make sections of which every second heading is in other words than its text."""
    made = []
    for number in range(SECTIONS):
        same, other = f"alpha{number} beta{number}", f"gamma{number} delta{number}"
        if language == "zh":
            first = _FIRST + _RARE * number
            rare = [chr(first + place) for place in range(_RARE)]
            same, other = "".join(rare[:3]), "".join(rare[3:])
        heading = same if number % 2 else other
        text = f"{same} is what this section speaks of, at some length, number {number}."
        if language == "zh":
            text = f"这一节讲{same}，讲了很久，而且讲得很细，再没有别的。" * 2
        made.append(chunk(number, ("Top", heading), text, note=number))
    return made


class Knowing:
    """An encoder that knows which numbers a text is about, whatever its words."""

    name = fingerprint = "knowing"
    dimension = DIMENSION

    def passages(self, texts: Sequence[str]) -> Matrix:
        return np.array([self.question(text) for text in texts], np.float32)

    def question(self, text: str) -> Vector:
        digits = "".join(each if each.isdigit() else " " for each in text).split()
        last = _FIRST + _RARE * SECTIONS
        rare = [ord(each) for each in text if _FIRST <= ord(each) < last]
        digits = [str((each - _FIRST) // _RARE) for each in rare] or digits
        vector = np.full(DIMENSION, 0.01, np.float32)
        if digits:
            vector[int(digits[0]) % DIMENSION] = 1.0
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


class Guessing(Knowing):
    """An encoder that gives every text some vector."""

    name = fingerprint = "guessing"

    def question(self, text: str) -> Vector:
        draws = np.random.default_rng(len(text) * 31 + sum(map(ord, text)))
        vector = draws.standard_normal(DIMENSION)
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


def legs(chunks: Sequence[Chunk], embedder: Embedder) -> Legs:
    encoder, index, vectors = LexicalEncoder(12.0), FakeIndex(), FakeVectors(DIMENSION)
    index.upsert(
        [Point(each.point, each.kind, encoder.passage(each.indexed_text)[0]) for each in chunks]
    )
    vectors.upsert(
        [each.point for each in chunks],
        embedder.passages([each.indexed_text for each in chunks]),
    )
    return Legs(index, encoder, vectors, embedder, stored(chunks))


def stored(chunks: Sequence[Chunk]) -> FakeCatalog:
    class Few(FakeCatalog):
        def by_point(self, points: object) -> dict[UUID, list[Chunk]]:
            assert isinstance(points, list)
            return {each.point: [each] for each in chunks if each.point in points}

    return Few()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_encoder_that_knows_what_is_meant_counts(language: Language) -> None:
    chunks = sections(language)
    asked = queries(chunks)
    measured = calibrate(legs(chunks, Knowing()), asked, ())
    found = measured[language]
    assert (found.queries, found.reworded) == (SECTIONS, SECTIONS // 2)
    assert found.weight > 0
    assert found.low > 0
    assert found.fused >= found.lexical
    assert found.reworded_fused > found.reworded_lexical
    other: Language = "zh" if language == "en" else "en"
    assert measured[other] == Measured(0.0, 0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_encoder_that_guesses_counts_for_nothing(language: Language) -> None:
    chunks = sections(language)
    measured = calibrate(legs(chunks, Guessing()), queries(chunks), ("zh", "en"))
    assert measured[language].weight == 0.0


def test_measuring_twice_gives_the_same() -> None:
    chunks = sections("en")
    both = [
        calibrate(legs(some, Knowing()), queries(some), ())
        for some in (chunks, list(reversed(chunks)))
    ]
    assert both[0] == both[1]


def test_too_few_headings_measure_nothing() -> None:
    chunks = sections("en")[: LEAST_QUERIES - 1]
    asked = queries(chunks)
    searched = legs(chunks, Knowing())
    reworded = sum(query.reworded for query in asked["en"])
    assert calibrate(searched, asked, ())["en"] == Measured(0.0, LEAST_QUERIES - 1, reworded)
    assert calibrate(searched, asked, ("en",))["en"].weight == CAUTIOUS


def test_what_ends_the_measuring_is_heard() -> None:
    chunks = sections("en")

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate(legs(chunks, Knowing()), queries(chunks), (), stop)


def test_heading_asks_for_the_first_text_below_it_without_headings() -> None:
    body = "Long enough words that stand below the heading and say nothing new."
    first = chunk(0, ("Guide", "Setting up"), f"## Setting up\n\n{body}")
    second = chunk(1, ("Guide", "Setting up"), f"{body} More of it.")
    deeper = chunk(2, ("Guide", "Setting up", "On a phone"), "short")
    found = queries([second, deeper, first])["en"]
    aside = frozenset({second.point, deeper.point})
    assert found == [Query("Setting up", first, body, reworded=True, aside=aside)]


def test_heading_of_several_sections_is_not_asked() -> None:
    body = "Long enough words that stand below the heading and say nothing new."
    twice = [chunk(number, ("Guide", "Setting up"), body, note=number) for number in (0, 1)]
    assert queries(twice) == {"zh": [], "en": []}
