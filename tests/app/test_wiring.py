import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Settings
from app.wiring import build
from retrieval.index import IndexUnreachableError
from tests.app.conftest import NOTES
from tests.fakes.qdrant import qdrant_server

QUESTION = "KV 缓存为什么省时间？"


def answers(settings: Settings) -> tuple[int, list[str]]:
    with build(settings) as services:
        report = services.sync().run()
        found = services.searcher.retrieve(QUESTION)
        assert services.index.count() == report.chunks
        return report.chunks_written, [passage.text for passage in found.passages]


def test_index_lies_on_the_server_when_one_is_set(settings: Settings, tmp_path: Path) -> None:
    embedded = answers(settings.model_copy(update={"home": tmp_path / "embedded"}))
    with qdrant_server() as server:
        served = settings.model_copy(update={"qdrant_url": server.url})
        assert answers(served) == embedded
        assert answers(served) == (0, embedded[1])
    assert not (served.home / "index").exists()
    assert embedded[0] >= len(NOTES)


def test_homes_on_one_server_do_not_share_a_collection(settings: Settings, tmp_path: Path) -> None:
    with qdrant_server() as server:
        homes = [
            settings.model_copy(update={"qdrant_url": server.url, "home": tmp_path / name})
            for name in ("one", "two")
        ]
        written = [answers(home)[0] for home in homes]
        again = [answers(home)[0] for home in homes]
    assert written == [written[0]] * 2
    assert written[0] > 0
    assert again == [0, 0]


def test_a_server_that_is_away_is_one_sentence_and_leaves_the_home_free(
    settings: Settings,
) -> None:
    with qdrant_server() as server:
        served = settings.model_copy(update={"qdrant_url": server.url})
        answers(served)
    with pytest.raises(IndexUnreachableError, match="cannot be reached"), build(served):
        pass
    assert answers(settings)[0] > 0


def test_what_takes_long_to_import_is_not_imported_at_start() -> None:
    heavy = {"llama_index", "qdrant_client", "openai", "torch", "sentence_transformers"}
    program = f"import app.wiring, app.main, sys; print(sorted({heavy!r} & set(sys.modules)))"
    shown = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout == "[]\n"
