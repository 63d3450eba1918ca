"""Every way in which vectors can fail to fit the notes is made on purpose, found, and mended."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from app.examination import ExaminationReply, examine
from app.settings import Settings
from app.wiring import Services, build
from retrieval.vector_index import VectorIndex
from tests.app.doctored import NOTES, write
from tests.app.embedded_homes import FakeModels, embedded
from tests.fakes.embedder import FakeEmbedder

STRAY = UUID(int=99)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "notes", NOTES)
    return Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    with embedded(settings, FakeModels(FakeEmbedder())) as services:
        yield services


def vectors(services: Services) -> VectorIndex:
    live = services.embedding.spaces.live
    assert live is not None
    return live.vectors


def kinds(reply: ExaminationReply) -> list[str]:
    return [each.kind for each in reply.mismatches]


def some_point(services: Services) -> UUID:
    return min(services.catalog.live_points())


def assert_mended(services: Services, *expected: str) -> ExaminationReply:
    assert kinds(examine(services, fix=False)) == list(expected)
    mended = examine(services, fix=True)
    assert (mended.ok, [each.kind for each in mended.mended]) == (True, list(expected))
    assert vectors(services).ids() == services.catalog.live_points()
    assert examine(services, fix=False).ok
    return mended


def test_an_embedded_home_in_step_is_well(services: Services) -> None:
    assert kinds(examine(services, fix=False)) == []


def test_vector_without_a_point(services: Services) -> None:
    vectors(services).upsert([STRAY], np.full((1, 64), 1 / 8, np.float32))
    mended = assert_mended(services, "vector without a point")
    assert mended.mended[0].what == f"the vector of point {STRAY} belongs to no chunk"


def test_point_without_a_vector(services: Services) -> None:
    point = some_point(services)
    vectors(services).remove([point])
    mended = assert_mended(services, "point without a vector")
    assert mended.mended[0].what == f"point {point} has no vector"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (np.nan, "holds what is no number"),
        (np.inf, "holds what is no number"),
        (0.0, "has the length 0, not 1"),
        (0.25, "has the length 2, not 1"),
    ],
)
def test_vector_that_no_encoder_makes(services: Services, value: float, what: str) -> None:
    point = some_point(services)
    vectors(services).upsert([point], np.full((1, 64), value, np.float32))
    mended = assert_mended(services, "vector unusable")
    assert mended.mended[0].what == f"the vector of point {point} {what}"
    live = vectors(services).vectors([point])[point]
    assert float(np.linalg.norm(live)) == pytest.approx(1.0, abs=1e-4)


def test_vectors_of_a_model_that_nobody_knows(services: Services, settings: Settings) -> None:
    stray = settings.home / "vectors-unknown"
    stray.mkdir()
    (settings.home / "vectors-unknown.lock").touch()
    mended = assert_mended(services, "vectors left over", "vectors left over")
    assert str(stray) in mended.mended[0].what
    assert not stray.exists()


def test_notes_that_are_not_embedded_yet_are_no_fault(settings: Settings) -> None:
    with build(settings, FakeModels(FakeEmbedder())) as services:
        services.sync().run()
        assert examine(services, fix=False).ok
        services.embedding.work()
        write(settings.notes[0], {"später.md": "# Später\n\n这一段还没有向量。\n"})
        (settings.notes[0] / "页.md").unlink()
        services.sync().run(accept_deletions=True)
        assert examine(services, fix=False).ok


def test_damaged_vectors_are_told_and_made_again(settings: Settings) -> None:
    models = FakeModels(FakeEmbedder())
    with embedded(settings, models):
        pass
    for file in (settings.home / "vectors-fake-1-64").rglob("*.json"):
        file.write_text("{", encoding="utf-8")
    with build(settings, models) as services:
        assert_mended(services, "vectors damaged")
        assert services.embedding.now.damage == ""
        assert services.embedding.now.embedded == 6


def test_points_whose_vectors_are_struck_out_are_told_and_made_again(settings: Settings) -> None:
    models = FakeModels(FakeEmbedder())
    with embedded(settings, models):
        pass
    (struck,) = (settings.home / "vectors-fake-1-64").rglob("vector_storage-*/deleted/flags_a.dat")
    with struck.open("r+b") as file:
        file.write(b"\xff" * 64)
    with build(settings, models) as services:
        mended = assert_mended(services, *6 * ["vector unusable"])
        assert {each.what.partition(" cannot ")[2] for each in mended.mended} == {"be read"}


def test_rebuilding_the_index_leaves_the_vectors(services: Services) -> None:
    before = vectors(services).ids()
    services.rebuilding.beside()
    assert vectors(services).ids() == before
    assert services.embedding.work() == 0
    assert examine(services, fix=False).ok
