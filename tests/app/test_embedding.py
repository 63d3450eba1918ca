"""Notes embedded in the background: what is embedded, when, with which model, and what is said."""

import json
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.examination import examine
from app.settings import Settings
from app.wiring import Services, build
from retrieval.embedder import Matrix
from tests.app.doctored import NOTES, write
from tests.app.embedded_homes import FakeModels, embedded
from tests.fakes.embedder import FakeEmbedder

MANY = {f"{number}.md": f"# 第{number}篇\n\n显存第{number}次。\n" for number in range(60)}


class SlowEmbedder(FakeEmbedder):
    """Waits before each batch until it is let go."""

    def __init__(self) -> None:
        super().__init__(name="slow")
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def passages(self, texts: Sequence[str]) -> Matrix:
        self.begun.release()
        self.go.acquire()
        return super().passages(texts)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "notes", NOTES)
    return Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)


def folders(settings: Settings) -> list[str]:
    return sorted(each.name for each in settings.home.glob("vectors*") if each.is_dir())


def texts(services: Services) -> list[str]:
    return sorted(chunk.indexed_text for chunk in services.catalog.chunks())


def test_every_text_is_embedded_once_and_found_by_its_meaning(settings: Settings) -> None:
    model = FakeEmbedder()
    with embedded(settings, FakeModels(model)) as services:
        live = services.catalog.live_points()
        assert sorted(model.encoded[: len(live)]) == texts(services)
        assert services.embedding.leg.load()
        for chunk in services.catalog.chunks():
            (nearest,) = services.embedding.leg.search(chunk.indexed_text, 1)
            assert nearest.id == chunk.point
        assert services.embedding.work() == 0
        now = services.embedding.now
        assert (now.model, now.embedded, now.points, now.error) == ("fake", len(live), 6, "")


def test_without_a_model_nothing_is_opened(settings: Settings) -> None:
    with embedded(settings, FakeModels()) as services:
        assert services.embedding.work() == 0
        assert services.embedding.start() is False
        assert services.embedding.now.model == ""
        assert services.embedding.leg.search("显存", 5) == []
        assert examine(services, fix=False).ok
    assert folders(settings) == []


def test_newest_notes_come_first(settings: Settings) -> None:
    model = FakeEmbedder()
    folder = settings.notes[0]
    write(folder, MANY)
    for number in range(60):
        os.utime(folder / f"{number}.md", (10_000 + number, 10_000 + number))
    for name in NOTES:
        os.utime(folder / name, (1, 1))
    with embedded(settings, FakeModels(model)):
        first = {text.split("显存")[1].strip("。\n ") for text in model.encoded[:16]}
        assert first == {f"第{number}次" for number in range(44, 60)}


def test_only_what_changed_is_embedded_again(settings: Settings) -> None:
    model = FakeEmbedder()
    folder = settings.notes[0]
    with embedded(settings, FakeModels(model)) as services:
        before = len(model.encoded)
        (folder / "页.md").rename(folder / "改名.md")
        write(folder, {"抄.md": NOTES["量化.md"], "新.md": "# 新\n\n只有这一句是新的。\n"})
        (folder / "sub" / "低秩.md").unlink()
        services.sync().run(accept_deletions=True)
        services.rebuilding.beside()
        assert services.embedding.work() >= 1
        renamed = [text for text in model.encoded[before:] if "互补" in text]
        copied = [text for text in model.encoded[before:] if "两比特" in text]
        fresh = [text for text in model.encoded[before:] if "只有这一句" in text]
        assert (len(fresh), len(copied)) == (1, 0)
        assert len(renamed) <= 1  # its title is its file's name, or it stays what it was
        assert services.embedding.spaces.live is not None
        assert services.embedding.spaces.live.vectors.ids() == services.catalog.live_points()


def test_vectors_are_there_when_the_home_is_opened_again(settings: Settings) -> None:
    model = FakeEmbedder()
    models = FakeModels(model)
    with embedded(settings, models):
        encoded = len(model.encoded)
    with build(settings, models) as services:
        assert services.embedding.now.embedded == 6
        assert services.embedding.work() == 0
    assert len(model.encoded) == encoded


def test_background_embeds_when_it_is_begun_and_after_each_sync(settings: Settings) -> None:
    with build(settings, FakeModels(FakeEmbedder())) as services:
        services.embedding.begin()
        services.embedding.wait()
        assert services.embedding.now.embedded == 0
        services.syncs.start()
        services.syncs.wait()
        services.embedding.wait()
        assert (services.embedding.now.embedded, services.embedding.now.running) == (6, False)


def test_half_embedded_is_told_and_can_be_stopped_and_resumed(settings: Settings) -> None:
    write(settings.notes[0], MANY)
    model = SlowEmbedder()
    with build(settings, FakeModels(model)) as services:
        services.sync().run()
        points = services.catalog.totals().points
        services.embedding.begin()
        model.begun.acquire()
        assert services.embedding.now.embedded == 0
        model.go.release()
        model.begun.acquire()  # the first batch is done, the second one waits
        now = services.embedding.now
        assert (now.running, now.done, now.total, now.embedded) == (True, 16, points, 16)
        assert now.left_s is not None
        assert services.embedding.leg.coverage.embedded == 16
        services.embedding.cancel()
        model.go.release()
        services.embedding.wait()
        now = services.embedding.now
        assert (now.running, now.cancelled, now.error) == (False, True, "")
        assert 16 < now.embedded < points
        services.embedding.resume()  # as a sync does
        assert not services.embedding.now.running
        for _ in range(points):
            model.go.release()
        assert services.embedding.start()
        services.embedding.wait()
        assert (services.embedding.now.embedded, services.embedding.now.cancelled) == (
            points,
            False,
        )
        assert model.encoded[:points] == list(dict.fromkeys(model.encoded[:points]))


def test_model_that_fails_is_told_and_searches_go_on(settings: Settings) -> None:
    model = FakeEmbedder()
    models = FakeModels(model)
    model.broken = True
    with build(settings, models) as services:
        services.sync().run()
        services.embedding.begin()
        services.embedding.wait()
        assert services.embedding.now.error == "The model of this test cannot be used now."
        assert services.searcher.retrieve("显存").passages
        model.broken = False
        services.embedding.start()
        services.embedding.wait()
        assert (services.embedding.now.error, services.embedding.now.embedded) == ("", 6)


def test_choice_that_cannot_be_used_is_told(settings: Settings) -> None:
    models = FakeModels(FakeEmbedder())
    models.broken = True
    with build(settings, models) as services:
        services.sync().run()
        assert services.embedding.now.error == "The model of this test cannot be used now."
        assert services.embedding.work() == 0
        models.broken = False
        services.embedding.choose()
        assert services.embedding.now.error == ""
        assert services.embedding.work() == 6


def test_another_model_answers_only_when_it_has_all_vectors(settings: Settings) -> None:
    first, second = FakeEmbedder(), SlowEmbedder()
    models = FakeModels(first, second)
    with embedded(settings, models) as services:
        services.embedding.begin()
        services.embedding.wait()
        models.choice = second
        services.embedding.choose()
        second.begun.acquire()
        now = services.embedding.now
        assert (now.model, now.following, now.embedded) == ("fake", "slow", 6)
        assert services.embedding.leg.load()
        assert services.embedding.leg.search("显存", 3)
        assert folders(settings) == ["vectors-fake-1-64", "vectors-slow-1-64"]
        for _ in range(20):
            second.go.release()
        services.embedding.wait()
        now = services.embedding.now
        assert (now.model, now.following, now.embedded) == ("slow", "", 6)
        assert folders(settings) == ["vectors-slow-1-64"]
        models.choice = None
        services.embedding.choose()
        assert services.embedding.now.model == ""
    assert folders(settings) == ["vectors-slow-1-64"]


def test_another_model_is_followed_by_a_program_that_starts_meanwhile(settings: Settings) -> None:
    first, second = FakeEmbedder(), FakeEmbedder(name="second", dimension=32)
    models = FakeModels(first, second)
    with embedded(settings, models):
        pass
    models.choice = second
    with build(settings, models) as services:
        now = services.embedding.now
        assert (now.model, now.following) == ("fake", "second")
        assert services.embedding.work() == 6
        assert services.embedding.now.model == "second"
    models.choice = first
    models.all.pop("second")  # the model was taken away: the new one answers at once
    with build(settings, models) as services:
        assert (services.embedding.now.model, services.embedding.now.embedded) == ("fake", 0)


def test_choices_and_starts_at_the_same_time_do_not_disturb_each_other(settings: Settings) -> None:
    models = FakeModels(FakeEmbedder(name="one"), FakeEmbedder(name="two"))
    with embedded(settings, models) as services, ThreadPoolExecutor(4) as threads:
        services.embedding.begin()

        def follow(number: int) -> None:
            models.choice = models.all[("one", "two")[number % 2]]
            services.embedding.choose()

        work = [threads.submit(follow, number) for number in range(60)]
        work += [threads.submit(services.embedding.resume) for _ in range(600)]
        for each in work:
            each.result()
        follow(1)
        services.embedding.wait()
        now = services.embedding.now
        assert (now.model, now.following, now.embedded, now.error) == ("two", "", now.points, "")
        assert examine(services, fix=False).ok


def test_choosing_the_same_model_again_forgets_the_one_that_was_to_follow(
    settings: Settings,
) -> None:
    first, second = FakeEmbedder(), FakeEmbedder(name="second")
    models = FakeModels(first, second)
    with embedded(settings, models) as services:
        models.choice = second
        services.embedding.choose()
        assert services.embedding.now.following == "second"
        models.choice = first
        services.embedding.choose()
        assert services.embedding.now.following == ""
        assert services.embedding.spaces.leftovers()
        assert not examine(services, fix=False).ok
        assert examine(services, fix=True).ok
    assert folders(settings) == ["vectors-fake-1-64"]


@pytest.mark.parametrize("damage", ["file", "rubbish", "dimension"])
def test_damaged_vectors_are_set_aside_and_made_again(settings: Settings, damage: str) -> None:
    models = FakeModels(FakeEmbedder())
    with embedded(settings, models):
        pass
    folder = settings.home / "vectors-fake-1-64"
    for file in sorted(folder.rglob("*.json")):
        if damage == "rubbish":
            file.write_text("{", encoding="utf-8")
    if damage == "dimension":
        described = folder / "edge_config.json"
        said = json.loads(described.read_text(encoding="utf-8"))
        said["vectors"]["dense"]["size"] = 7
        described.write_text(json.dumps(said), encoding="utf-8")
    if damage == "file":
        folder.rename(settings.home / "elsewhere")
        folder.write_text("x", encoding="utf-8")
    with build(settings, models) as services:
        now = services.embedding.now
        assert (now.embedded, bool(now.damage)) == (0, True)
        assert services.embedding.work() == 6
        assert services.embedding.now.damage == ""
        assert examine(services, fix=False).ok
    assert [name.split("-")[0] for name in folders(settings)][-1:] == (
        ["vectors.damaged"] if damage != "file" else ["vectors"]
    )


def test_weights_are_measured_and_remembered(settings: Settings) -> None:
    models = FakeModels(FakeEmbedder())
    models.languages = ("zh",)
    with embedded(settings, models) as services:
        weights = services.embedding.now.weighed.weights
        assert weights == {"zh": 0.3, "en": 0.0}
        assert services.embedding.leg.weight("显存") == 0.0  # not loaded yet
        services.embedding.load_for("显存")
        assert services.embedding.leg.weight("显存") == 0.3
        found = services.searcher.retrieve("显存")
        assert found.trace is not None
        assert found.trace.semantic_weight == 0.3
    with build(settings, models) as services:
        assert services.embedding.now.weighed.weights == weights
        services.embedding.load_for("memory")
        assert not services.embedding.leg.ready


def test_restart_loads_the_model_only_when_it_is_of_use(settings: Settings) -> None:
    models = FakeModels(FakeEmbedder())
    with embedded(settings, models):
        pass
    for languages, ready in (((), False), (("zh",), True)):
        models.languages = languages
        write(
            settings.notes[0],
            {f"{ready}{each}.md": f"# {ready}{each}\n\n新的\n" for each in "abcde"},
        )
        with build(settings, models) as services:
            services.sync().run()
            services.embedding.begin()
            services.embedding.wait()
            assert services.embedding.leg.ready is ready
