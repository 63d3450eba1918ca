"""One backup a day of the conversations; a week of them is kept."""

import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.backup import manifest_of
from app.daily_backup import KEPT, DailyBackups
from app.settings import Settings
from app.wiring import Services
from tests.app.answers import ANSWER
from tests.app.doctored import database, home

TODAY = datetime.now(UTC)


def backups(services: Services, moment: Callable[[], datetime]) -> DailyBackups:
    return DailyBackups(database(services), services.settings.home, moment)


def test_a_week_of_backups_is_kept(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    settings = Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)
    days = [0]

    def moment() -> datetime:
        return TODAY + timedelta(days=2 * days[-1])

    with home(settings) as services:
        daily = backups(services, moment)
        assert not daily.write_if_due()  # there is nothing to lose yet
        assert (daily.files, daily.latest) == ([], None)
        conversation = services.conversations.begin("显存")
        services.conversations.record(conversation, "够吗？", "", ANSWER)
        assert daily.write_if_due()
        assert not daily.write_if_due()
        first = daily.files[0]
        assert stat.S_IMODE(first.stat().st_mode) == 0o600
        manifest = manifest_of(first)
        assert (manifest.extent, manifest.counts["turn"]) == ("conversations", 1)
        assert "note" not in manifest.counts
        for day in range(1, KEPT + 3):
            days.append(day)
            assert daily.write_if_due()
        assert len(daily.files) == KEPT
        assert first not in daily.files


def test_a_broken_backup_is_not_counted_as_one(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    settings = Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)
    with home(settings) as services:
        services.conversations.begin("显存")
        daily = backups(services, lambda: TODAY)
        daily.write_if_due()
        daily.files[0].write_bytes(b"broken")
        assert daily.latest is None
        assert daily.write_if_due()


def test_failing_backup_is_logged_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "notes").mkdir()
    settings = Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)
    with home(settings) as services, closing(backups(services, lambda: TODAY)) as daily:
        services.conversations.begin("显存")
        (settings.home / "backups").write_text("in the way", encoding="utf-8")
        daily.start()
        daily.close()
    assert "could not be written" in caplog.text
