"""A program killed while it embeds: the next one goes on, and nothing is left over."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.examination import examine
from app.settings import Settings
from app.wiring import build
from tests.app.doctored import NOTES, write
from tests.app.embedded_homes import FakeModels, embedded
from tests.crash.places import OF_EMBEDDING
from tests.fakes.embedder import FakeEmbedder

ROOT = Path(__file__).parents[2]
MANY = {f"{number}.md": f"# 第{number}篇\n\n显存第{number}次。\n" for number in range(30)}
KILLED = """
import os, signal, sys
from pathlib import Path
from app.settings import Settings
from app.wiring import build
from retrieval.failpoint import arm
from tests.app.embedded_homes import FakeModels
from tests.fakes.embedder import FakeEmbedder
home, notes, place = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
models = FakeModels(FakeEmbedder(), FakeEmbedder(name="second", dimension=32))
models.choice = models.all["second"]
arm(place, 1, lambda: os.kill(os.getpid(), signal.SIGKILL))
with build(Settings(home=home, notes=(notes,), watch=False), models) as services:
    services.sync().run(accept_deletions=True)
    services.embedding.work()
"""


@pytest.mark.parametrize("place", OF_EMBEDDING)
def test_a_kill_at_any_place_of_embedding_only_repeats_work(tmp_path: Path, place: str) -> None:
    notes = tmp_path / "notes"
    write(notes, NOTES | MANY)
    settings = Settings(home=tmp_path / "home", notes=(notes,), watch=False)
    models = FakeModels(FakeEmbedder(), FakeEmbedder(name="second", dimension=32))
    with embedded(settings, models):
        pass
    (notes / "0.md").unlink()
    write(notes, {"neu.md": "# Neu\n\n这一段是新的。\n"})
    killed = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", KILLED, str(settings.home), str(notes), place],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    models.choice = models.all["second"]
    with build(settings, models) as services:
        services.sync().run(accept_deletions=True)
        services.embedding.work()
        live = services.embedding.spaces.live
        assert live is not None
        assert services.embedding.now.model == "second"
        assert live.vectors.ids() == services.catalog.live_points()
        assert examine(services, fix=False).ok
    assert sorted(path.name for path in settings.home.glob("vectors*")) == [
        "vectors-second-1-32",
        "vectors-second-1-32.lock",
    ]
