"""``footnote eval`` and the limits of ``footnote search``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.settings import Settings
from tests.app.conftest import place

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
    assert table["rows"]["unanswerable"] == {
        "n": 1, "hit@1": 0.0, "hit@5": 0.0, "hit@8": 0.0, "hit@20": 0.0, "mrr": 0.0, "refused": 1.0
    }  # fmt: skip


def test_the_table_is_for_people(printed: Printed, questions: str) -> None:
    lines = printed("eval", questions).splitlines()
    assert lines[0].split() == ["kind", "n", "hit@1", "hit@5", "hit@8", "hit@20", "MRR", "refused"]
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["all", "2"],
        ["keyword", "2"],
        ["unanswerable", "1"],
    ]
    assert lines[4].startswith("search: median ")


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
