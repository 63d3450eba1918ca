"""What a command does in its own process, as far as notes are embedded."""

from pathlib import Path

import pytest

from app.local import Local
from app.settings import Settings
from app.wiring import build
from ingest.report import Progress
from tests.app.doctored import NOTES, write
from tests.app.embedded_homes import FakeModels
from tests.fakes.embedder import FakeEmbedder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "notes", NOTES)
    return Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)


def ignore(progress: Progress) -> None:
    del progress


def test_notes_are_embedded_once_they_are_taken_in(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Progress] = []
    models = FakeModels(FakeEmbedder())
    models.languages = ("zh",)
    with build(settings, models) as services, Local(services) as local:
        report = local.sync(ignore, told.append, accept_deletions=False)
        assert (report.notes, report.embedded) == (5, 6)
        assert told == [Progress(6, 6, 6, "")]
        (run,) = services.runs.latest()
        assert run.report is not None
        assert run.report.embedded == 6
        assert local.sync(ignore, ignore, accept_deletions=False).embedded == 0
        found = local.search("显存随长度", 3)
        assert found.semantic is not None
        assert (found.semantic.model, found.semantic.embedded) == ("fake", 6)
        assert services.embedding.leg.ready
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("chosen", [True, False])
def test_model_that_cannot_be_used_leaves_the_notes_taken_in(
    settings: Settings, capsys: pytest.CaptureFixture[str], *, chosen: bool
) -> None:
    models = FakeModels(FakeEmbedder())
    if chosen:
        models.all["fake"].broken = True
    else:
        models.broken = True
    with build(settings, models) as services, Local(services) as local:
        report = local.sync(ignore, ignore, accept_deletions=False)
        assert (report.notes, report.embedded) == (5, 0)
        assert local.search("显存", 3).passages
    assert capsys.readouterr().err == (
        "The notes are taken in, but not embedded. The model of this test cannot be used now.\n"
    )
