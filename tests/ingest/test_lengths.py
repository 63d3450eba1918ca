from pathlib import Path

from ingest.lengths import Lengths
from retrieval.lexical import LexicalEncoder
from tests.ingest.homes import Home, OpenHome
from tests.ingest.watched import Writes

SHORT = {f"{number}.md": f"短短一句，第{number}篇。\n" for number in range(20)}
LONG = {
    f"长{number}.md": f"第{number}篇。" + "显存随长度线性增长，缓存也是。" * 25 + "\n"
    for number in range(20)
}


def average(home: Home) -> float:
    """The average that the next sync starts with."""
    encoder = LexicalEncoder(1.0)
    Lengths(home.catalog, encoder).prepare()
    return encoder.average_length


def test_first_sync_weighs_by_the_average_of_its_own_notes(
    open_home: OpenHome, tmp_path: Path
) -> None:
    home = open_home(tmp_path)
    home.write(SHORT)
    report = home.sync(writes := Writes())
    assert writes.points == report.chunks == 20
    home.assert_weights_are_true()


def test_average_that_drifts_has_every_point_written_again(
    open_home: OpenHome, tmp_path: Path
) -> None:
    home = open_home(tmp_path)
    home.write(SHORT)
    home.sync()
    before = average(home)
    home.write(LONG)
    report = home.sync(writes := Writes())
    assert average(home) > 2 * before
    assert (report.chunks_written, report.reweighted) == (20, report.chunks)
    assert writes.points == 20 + report.chunks
    home.assert_weights_are_true()
    home.sync(again := Writes())
    assert again.names == []


def test_deletions_count_too(open_home: OpenHome, tmp_path: Path) -> None:
    home = open_home(tmp_path)
    home.write(SHORT | LONG)
    home.sync()
    before = average(home)
    for name in LONG:
        (home.folder / name).unlink()
    report = home.sync(accept_deletions=True)
    assert (report.deleted, report.chunks_written, report.reweighted) == (20, 0, 20)
    assert average(home) < before / 2
    home.assert_weights_are_true()


def test_one_note_edited_many_times_counts_once(open_fake: OpenHome, tmp_path: Path) -> None:
    home = open_fake(tmp_path)
    home.write(SHORT | {"长.md": LONG["长0.md"]})
    home.sync()
    before = average(home)
    for number in range(30):
        home.write({"长.md": LONG["长0.md"] + f"第{number}次改动。\n"})
        assert home.sync().chunks_written == 1
    assert average(home) == before
    home.assert_weights_are_true()


def test_home_of_an_earlier_version_is_counted_and_written_anew(
    open_fake: OpenHome, tmp_path: Path
) -> None:
    home = open_fake(tmp_path)
    home.write(SHORT)
    home.sync()
    home.catalog.remember("lexical.version", "0")
    home.catalog.remember("lexical.terms", "9")
    home.catalog.remember("lexical.average_length", "900")
    report = home.sync()
    assert (report.unchanged, report.chunks_written, report.reweighted) == (20, 0, 20)
    home.assert_weights_are_true()


def test_folder_with_all_notes_replaced_begins_anew(open_home: OpenHome, tmp_path: Path) -> None:
    home = open_home(tmp_path)
    home.write(LONG)
    home.sync()
    for name in LONG:
        (home.folder / name).unlink()
    home.write(SHORT)
    report = home.sync(accept_deletions=True)
    assert (report.added, report.deleted, report.notes) == (20, 20, 20)
    home.assert_weights_are_true()


def test_what_is_said_twice_counts_once(open_home: OpenHome, tmp_path: Path) -> None:
    home = open_home(tmp_path)
    home.write(SHORT)
    home.sync()
    before = average(home)
    home.write({f"副本{number}/同.md": "别处也有的一句。\n" for number in range(40)})
    first = home.sync()
    assert (first.chunks, first.chunks_written) == (60, 1)
    home.assert_weights_are_true()
    for number in range(39):
        (home.folder / f"副本{number}" / "同.md").unlink()
    assert home.sync(writes := Writes(), accept_deletions=True).deleted == 39
    assert (writes.points, "remove points" in writes.names) == (0, False)
    home.assert_weights_are_true()
    (home.folder / "副本39" / "同.md").unlink()
    home.sync(again := Writes())
    assert "remove points" in again.names
    assert average(home) == before
    home.assert_weights_are_true()
