"""A home with a model on a small disk that is nearly full, and then is not.

``python -m tests.crash.brimming FOLDER`` fills the disk of ``FOLDER``, which should be small, and
prints what came of it as JSON.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.examination import examine
from app.settings import Settings
from app.wiring import Services, build
from tests.app.doctored import NOTES, write
from tests.app.embedded_homes import FakeModels
from tests.fakes.embedder import FakeEmbedder

LEFT = 2**20
"""Bytes that are left free: enough for notes; vectors that are begun there end the process."""


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Leave little room on a disk."""
    status = os.statvfs(disk)
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, status.f_bavail * status.f_frsize - LEFT)
    try:
        yield
    finally:
        ballast.unlink()


def stand(services: Services) -> dict[str, object]:
    """Return how a home stands."""
    now = services.embedding.now
    return {
        "error": " ".join(now.error.split()[:4]),
        "running": now.running,
        "embedded": now.embedded,
        "points": services.catalog.totals().points,
        "found": bool(services.searcher.retrieve("显存").passages),
        "sound": examine(services, fix=False).ok,
    }


def told(disk: Path) -> Iterator[dict[str, object]]:
    """Fill the disk before vectors are begun, and again while they are open."""
    settings = Settings(home=disk / "home", notes=(disk / "notes",), watch=False)
    write(settings.notes[0], NOTES)
    with build(settings, FakeModels()) as services:
        services.sync().run()
    models = FakeModels(FakeEmbedder())
    with filled(disk), build(settings, models) as services:
        write(settings.notes[0], {"full.md": "# 满\n\n磁盘满了，还能找到显存。\n"})
        services.sync().run()
        services.embedding.work()
        yield stand(services)
    with build(settings, models) as services:
        services.embedding.begin()
        services.embedding.wait()
        yield stand(services)
        with filled(disk):
            write(settings.notes[0], {"again.md": "# 又满\n\n又满了。\n"})
            services.sync().run()
            services.embedding.resume()
            services.embedding.wait()
            yield stand(services)
        services.embedding.resume()
        services.embedding.wait()
        yield stand(services)


if __name__ == "__main__":
    json.dump(list(told(Path(sys.argv[1]))), sys.stdout)
