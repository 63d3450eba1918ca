"""``footnote eval`` and the limits of ``footnote search``."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.commands.evaluation_tables import as_text
from app.measuring import Measured
from app.search_body import SearchSettingsBody
from app.server_file import Server, announced
from app.settings import Settings
from retrieval.evaluation import Expected, Outcome, graded
from retrieval.paired_bootstrap import Graded
from tests.app.conftest import Running, place

Printed = Callable[..., str]


@pytest.fixture
def printed(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Printed:
    """Runs a command on a home with notes and returns what it printed."""
    monkeypatch.delenv("FOOTNOTE_LLM_URL", raising=False)
    home = place(settings)
    assert main([*home, "ingest", "--json"]) == 0
    capsys.readouterr()

    def run(*arguments: str) -> str:
        assert main([*home, *arguments]) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def questions(tmp_path: Path) -> str:
    path = tmp_path / "questions.jsonl"
    lines = [
        {
            "id": "1",
            "kind": "keyword",
            "question": "KV 缓存的代价是什么？",
            "evidence": [{"note": "KV 缓存.md", "quote": "缓存随序列长度线性增长"}],
        },
        {
            "id": "2",
            "kind": "keyword",
            "question": "LoRA 训练什么？",
            "evidence": [{"note": "sub/LoRA 笔记.md", "quote": "这句话不在笔记里"}],
        },
        {"id": "3", "question": "阳台上的番茄叶子发黄怎么办？", "answerable": False},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return str(path)


def test_the_document_scores_every_kind(printed: Printed, questions: str) -> None:
    table = json.loads(printed("eval", questions, "--json"))
    assert table["missed"] == ["2"]
    assert table["rows"]["keyword"]["n"] == 2
    assert table["rows"]["keyword"]["hit@1"] == 0.5
    refused = table["rows"]["unanswerable"]
    assert refused.pop("intervals") == {"refused": [0.207, 1.0]}
    assert refused == {
        "n": 1, "hit@1": 0.0, "hit@5": 0.0, "hit@8": 0.0, "hit@20": 0.0, "mrr": 0.0, "refused": 1.0
    }  # fmt: skip
    assert table["rows"]["all"]["recall@8"] == 0.5
    assert table["rows"]["all"]["intervals"]["hit@1"] == [0.095, 0.905]
    assert (table["settings"], table["open"]) == ({}, [])


def test_the_table_is_for_people(printed: Printed, questions: str) -> None:
    lines = printed("eval", questions).splitlines()
    assert lines[0].split() == [
        "kind", "n", "hit@1", "hit@5", "hit@8", "hit@20", "MRR", "rec@8", "nDCG@8", "refused"
    ]  # fmt: skip
    assert [line.split()[:2] for line in lines[1:8]] == [
        ["all", "2"],
        ["95", "%"],
        ["to", "0.91"],
        ["keyword", "2"],
        ["unanswerable", "1"],
        ["95", "%"],
        ["to", "1.00"],
    ]
    assert lines[8].startswith("search: median ")


def test_two_settings_are_compared(printed: Printed, questions: str) -> None:
    compared = ("eval", questions, "--set", "rerank=off", "--against", "default")
    document = json.loads(printed(*compared, "--json"))
    assert document["settings"] == {"rerank": False}
    assert document["against"]["settings"] == {}
    assert document["differences"]["hit@8"] == {
        "before": 0.5, "after": 0.5, "difference": 0.0, "interval": [0.0, 0.0], "above": 0.0
    }  # fmt: skip
    assert (document["better"], document["worse"], document["moved"]) == ([], [], [])
    lines = printed(*compared).splitlines()
    assert lines[0] == "settings: rerank=off"
    assert "against the usual settings:" in lines


def side(settings: SearchSettingsBody, *texts: str) -> Measured:
    expected = [
        Expected("1", "一\n行", quotes=("甲",)),
        Expected("2", "二\x1b[31m", quotes=("甲",)),
        Expected("3", "三"),
    ]
    outcomes = [Outcome(tuple(each), refused=False, ms=1.0) for each in texts]
    places = ("",) * len(texts)
    return Measured(settings, Graded(graded(expected, outcomes), outcomes), places)


def test_what_went_better_and_worse_is_named() -> None:
    usual = side(SearchSettingsBody(candidates=40), "乙甲", "甲", "甲")
    changed = side(SearchSettingsBody(), "甲", "乙", "乙")
    lines = as_text([usual, changed]).splitlines()
    assert lines[5:7] == ["without evidence yet: 3", "search: median 1.0 ms, p95 1.0 ms"]
    assert lines[8] == "against candidates=40:"
    assert lines[-5:] == [
        "better: 1",
        "  2 -> 1    1  一 行",
        "worse: 1",
        "  1 -> -    2  二[31m",
        "other passages, evidence unknown: 1",
    ]


def test_several_settings_stand_in_one_argument(printed: Printed, questions: str) -> None:
    given = ("--set", "rerank=off, candidates=40", "--set", "per_note=1")
    document = json.loads(printed("eval", questions, *given, "--json"))
    assert document["settings"] == {"candidates": 40, "per_note": 1, "rerank": False}


def test_a_setting_that_there_is_not_is_a_sentence(
    printed: Printed, settings: Settings, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed is not None
    assert main([*place(settings), "eval", questions, "--set", "colour=red"]) == 2
    assert "The setting 'colour=red' cannot be used" in capsys.readouterr().err


def test_a_set_of_the_home_is_measured_and_printed_by_name(
    printed: Printed, settings: Settings, questions: str
) -> None:
    (settings.home / "questions").mkdir()
    text = Path(questions).read_text(encoding="utf-8")
    (settings.home / "questions" / "mine.jsonl").write_text(text, encoding="utf-8")
    assert json.loads(printed("eval", "mine", "--json"))["rows"]["all"]["n"] == 2
    assert printed("eval", "--export", "mine") == text
    assert printed("eval", "--export", "thumbs-down") == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name a file or a question set"),
        (("nothing", "--export", "mine"), "Name a file or a question set"),
        (("nothing",), "There is no question set named 'nothing'. There are: thumbs-down,"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    printed: Printed,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert printed is not None
    assert main([*place(settings), "eval", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_server_that_holds_the_home_searches(
    page: Running, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    home = place(page.services.settings)
    page.services.evaluations.sets.keep("我的", Path(questions).read_text(encoding="utf-8"))
    server = Server(page.url, os.getpid(), page.services.command_token, ())
    with announced(page.services.settings.home, server):
        assert main([*home, "eval", questions, "--set", "rerank=off", "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert document["rows"]["keyword"]["hit@1"] == 0.5
        assert document["settings"] == {"rerank": False}
        assert main([*home, "eval", "我的"]) == 0
        assert main([*home, "eval", "nothing"]) == 2
        assert "There is no question set named 'nothing'" in capsys.readouterr().err


def test_a_question_set_that_cannot_be_read_is_a_sentence(
    printed: Printed,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert printed is not None
    absent = str(tmp_path / "absent.jsonl")
    assert main(["--home", str(settings.home), "eval", absent]) == 2
    assert capsys.readouterr().err.startswith(f"footnote: The batch file {absent} cannot be read")


def test_a_batch_of_searches_gives_twenty_passages_where_there_are_as_many(
    printed: Printed, notes: Path, tmp_path: Path
) -> None:
    for number in range(25):
        text = f"# 笔记{number}\n\n斑马条纹说法之{number}。\n"
        (notes / f"斑马{number}.md").write_text(text, encoding="utf-8")
    printed("ingest", "--json")
    batch = tmp_path / "batch.jsonl"
    batch.write_text(json.dumps({"id": 1, "question": "斑马条纹"}), encoding="utf-8")
    assert len(json.loads(printed("search", "--batch", str(batch), "--json"))["passages"]) == 20
    assert len(json.loads(printed("search", "斑马条纹", "--json"))["passages"]) == 8
