"""A search tells how it went: to programs, and on the command line."""

import os
from uuid import UUID

import pytest

from app.cli import main
from app.commands.explaining import explained
from app.remote import Remote
from app.search_body import SearchSettingsBody
from app.search_replies import TraceReply
from app.server_file import Server
from app.settings import Settings
from retrieval.trace import Dropped, ModelCall, Ranked, Reason, Stage, StageTrace, Term, Trace
from tests.app.conftest import NOTES, Running, place

NOTE = UUID(int=9)


def ranked(number: int, score: float) -> Ranked:
    return Ranked(UUID(int=number), NOTE, "kv.md", "代价", number, number + 5, score)


TRACE = Trace(
    searched="KV 缓存",
    earlier="LoRA",
    also=("key value cache",),
    chips=("kind:chat",),
    terms=(Term("kv", 7.14, "asked"), Term("cache", 2.0, "translation")),
    stages=(
        StageTrace(Stage.LEXICAL, 1.0, (ranked(1, 12.5), ranked(2, 3.0), ranked(3, 1.0)), 3),
        StageTrace(Stage.FUSED, 0.1, (ranked(1, 1.0), ranked(2, 0.5), ranked(3, 0.2)), 3),
        StageTrace(Stage.FINAL, 2.0, (ranked(2, 0.9),), 1),
    ),
    within=4,
    evidence=2.0,
    threshold=1.25,
    dropped=(Dropped(Reason.SAME, 1, (UUID(int=1),)), Dropped(Reason.BEYOND, 1, (UUID(int=3),))),
    reading_ms=0.5,
    ms=3.6,
    calls=(ModelCall("rewriting", "KV 缓存的代价", 12.0),),
)


def test_stages_are_printed_as_a_table() -> None:
    assert list(explained(TraceReply.of(TRACE))) == [
        "searched: KV 缓存",
        "earlier:  LoRA",
        "also:     key value cache",
        "filters:  kind:chat (4 points left)",
        "terms:    kv 7.1, cache 2.0 (translation)",
        "evidence: 2.00, on topic of 1.25",
        "",
        "lexical     fused       final       passage",
        "  2 3.00      2 0.50      1 0.90    kv.md › 代价",
        "  1 12.50     1 1.00    -           kv.md › 代价  [in a better passage]",
        "  3 1.00      3 0.20    -           kv.md › 代价  [behind the last]",
        "",
        "left out: 1 in a better passage, 1 behind the last",
        "ms:       reading 0.5, lexical 1.0, fused 0.1, final 2.0; all 3.6",
        "model:    rewriting: KV 缓存的代价 (12 ms)",
    ]


def test_a_search_without_candidates_is_explained_too() -> None:
    many = tuple(Term(str(number), 1.0, "asked") for number in range(18))
    lines = list(explained(TraceReply.of(Trace("x", terms=many, threshold=1.25))))
    assert lines[1].endswith("15 1.0, and 2 more")
    assert lines[2] == "evidence: 0.00, below the threshold of 1.25"
    assert "left out: nothing" in lines


def test_command_explains_and_takes_settings_of_one_search(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*place(settings), "ingest", "--json"]) == 0
    capsys.readouterr()
    command = [*place(settings), "search", "KV 缓存 重复计算", "--explain"]
    assert main(command) == 0
    assert "lexical     fused       reranked    final       passage" in capsys.readouterr().out
    assert main([*command, "--set", "rerank=off"]) == 0
    assert "lexical     fused       final       passage" in capsys.readouterr().out
    assert main([*command, "--set", "rerank=perhaps"]) == 2
    assert capsys.readouterr().err.startswith("footnote: The setting 'rerank=perhaps' cannot be")


def test_api_tells_the_stages_of_a_search_when_asked(page: Running) -> None:
    asked = {"q": "KV 缓存 重复计算", "limit": "1"}
    plain = page.client.get("/api/search", params=asked).json()
    assert plain["trace"] is None
    traced = page.client.get("/api/search", params={**asked, "trace": "true"}).json()
    assert traced["passages"] == plain["passages"]
    trace = traced["trace"]
    assert [stage["stage"] for stage in trace["stages"]] == [
        "lexical",
        "fused",
        "reranked",
        "final",
    ]
    (best,) = trace["stages"][-1]["candidates"]
    passage = traced["passages"][0]
    assert (best["note"], best["start"], best["end"], best["url"]) == (
        passage["note"],
        passage["start"],
        passage["end"],
        passage["url"],
    )
    assert {each["note"] for each in trace["stages"][0]["candidates"]} <= set(NOTES)
    held = {best["chunk"], *best["joined"]}
    dropped = {chunk for each in trace["dropped"] for chunk in each["chunks"]}
    assert {each["chunk"] for each in trace["stages"][2]["candidates"]} == held | dropped


def test_api_takes_settings_of_one_search(page: Running) -> None:
    asked = {"q": "显存", "trace": "true", "rerank": "off", "candidates": "1", "threshold": "9"}
    found = page.client.get("/api/search", params=asked).json()
    assert [stage["stage"] for stage in found["trace"]["stages"]] == ["lexical", "fused", "final"]
    assert found["trace"]["threshold"] == 9.0
    assert found["trace"]["reranker"] == ""


@pytest.mark.parametrize("wrong", ["candidates=0", "rerank=perhaps", "semantic_weight=2", "x=1"])
def test_api_refuses_unknown_settings_with_a_sentence(page: Running, wrong: str) -> None:
    reply = page.client.get(f"/api/search?q=x&{wrong}")
    assert reply.status_code == 422
    assert reply.json()["error"].startswith("The request cannot be used: ")


def test_a_command_explains_what_the_server_that_holds_the_home_did(page: Running) -> None:
    server = Server(page.url, os.getpid(), page.services.command_token)
    remote = Remote(page.services.settings.home, server)
    plain = remote.search("KV 缓存", 2)
    assert plain.trace is None
    found = remote.search("KV 缓存", 2, "", SearchSettingsBody(rerank=False), trace=True)
    assert found.trace is not None
    assert [stage.stage for stage in found.trace.stages] == ["lexical", "fused", "final"]
