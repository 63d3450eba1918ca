"""Homes whose notes are embedded by encoders without a model."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from app.settings import Settings
from app.wiring import Services, build
from retrieval.embedder import Embedder
from tests.fakes.embedder import FakeEmbedder, FakeUnusableError


class FakeModels:
    """The models of a machine: ``choice`` is the one that is to answer."""

    def __init__(self, *all_models: FakeEmbedder) -> None:
        self.all = {model.name: model for model in all_models}
        self.choice: FakeEmbedder | None = all_models[0] if all_models else None
        self.broken = False
        self.languages: Collection[str] = ()

    def chosen(self) -> Embedder | None:
        if self.broken:
            raise FakeUnusableError
        return self.choice

    def named(self, name: str) -> Embedder | None:
        return self.all.get(name)

    def fits(self, embedder: Embedder) -> Collection[str]:
        assert embedder.name in self.all
        return self.languages


@contextmanager
def embedded(settings: Settings, models: FakeModels) -> Iterator[Services]:
    """Open a home with its notes taken in and embedded."""
    with build(settings, models) as services:
        services.sync().run()
        services.embedding.work()
        yield services
