import codecs
from time import perf_counter
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.chunking import chunks
from ingest.decoding import Decoded, decode
from ingest.parsing import parse

CHINESE = "显存怎么估算？参数量乘以两个字节，再加上缓存。"
SENTENCES = {
    "simplified": "大模型的上下文越长，缓存占的显存就越多，这个时候可以把不用的部分先换出去。",
    "traditional": "這個模型的上下文越長，快取佔的記憶體就越多，這時候可以把不用的部分先換出去。",
    "cantonese": "呢個模型嘅上下文好長，佢哋話記憶體唔夠，要睇吓點樣先至可以慳啲。",
    "japanese": "このモデルは文脈が長くなると、キャッシュのメモリを多く使うことになります。",
    "french": "Le modèle prévoit le mot suivant : c’est là l’idée, répétée à l’échelle.",
    "german": "Größere Modelle brauchen mehr Speicher; für kürzere Wege genügt ein kleines.",
    "english": "The cache grows with the context – “longer” is never free.",
}
READ_AS = [
    ("simplified", "gb18030"),
    ("simplified", "utf-16-le"),
    ("simplified", "utf-16-be"),
    ("traditional", "big5hkscs"),
    ("traditional", "gb18030"),
    ("traditional", "utf-16-le"),
    ("cantonese", "big5hkscs"),
    ("japanese", "cp932"),
    ("french", "cp1252"),
    ("german", "cp1252"),
    ("english", "cp1252"),
    ("english", "utf-16-le"),
    ("english", "utf-16-be"),
]


@given(st.text())
def test_utf_8_is_read_to_the_character(text: str) -> None:
    data = text.encode()
    assume(not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)))
    assume(text.count("\0") * 5 < len(data))
    assert decode(data) == Decoded(text, "utf-8")


@given(st.binary())
def test_any_bytes_give_a_text(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.text.encode("utf-8").decode() == decoded.text
    written = decoded.text.encode(decoded.encoding, "replace")
    assert decoded.lossy or written.decode(decoded.encoding) == decoded.text


@pytest.mark.parametrize(("language", "encoding"), READ_AS)
@given(lines=st.lists(st.sampled_from(["", "- ", "GPU 4090\t", "\r", "\u0020\u0020"]), max_size=6))
def test_written_text_comes_back_from_each_encoding(
    language: str, encoding: str, lines: list[str]
) -> None:
    text = "".join(f"{line}{SENTENCES[language]}\r\n" for line in ["", *lines])
    assert decode(text.encode(encoding)) == Decoded(text, encoding, guessed=True)


@given(
    st.text(
        st.characters(codec="gb18030", categories=["L", "N", "P", "S", "Zs"], min_codepoint=0x80)
    )
)
def test_every_character_of_gb_18030_comes_back_among_chinese(rare: str) -> None:
    text = SENTENCES["simplified"] * (1 + len(rare) // 10) + rare + "𠮷㐂ḿǹ⺁𪚥"
    assert decode(text.encode("gb18030")) == Decoded(text, "gb18030", guessed=True)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16-le"])
@given(ends=st.lists(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]), min_size=1, max_size=8))
def test_offsets_count_the_characters_of_the_file(encoding: str, ends: list[str]) -> None:
    text = "".join(SENTENCES["traditional"] + end for end in ends)
    decoded = decode(text.encode(encoding))
    for chunk in chunks(UUID(int=1), decoded.text, parse(decoded.text)):
        assert chunk.text == text[chunk.span.start : chunk.span.end]


def test_byte_order_mark_of_utf_8_stays_in_the_text() -> None:
    assert decode(codecs.BOM_UTF8 + b"a\r\n") == Decoded("\ufeffa\r\n", "utf-8")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
def test_byte_order_mark_names_the_encoding(encoding: str, mark: bytes) -> None:
    data = mark + CHINESE.encode(encoding)
    assert decode(data) == Decoded("\ufeff" + CHINESE, encoding)
    broken = decode(data + b"\x00")
    assert (broken.text, broken.lossy) == ("\ufeff" + CHINESE + "\ufffd", True)


@pytest.mark.parametrize("text", [CHINESE, "模型", "GPU 有 24 吉", "中文𠮷繁體"])
def test_chinese_of_the_mainland_is_recognised(text: str) -> None:
    assert decode(text.encode("gb18030")) == Decoded(text, "gb18030", guessed=True)


@pytest.mark.parametrize("cut", [1, 2])
@pytest.mark.parametrize("length", range(4, len(CHINESE)))
def test_utf_8_that_breaks_off_stays_utf_8(length: int, cut: int) -> None:
    data = CHINESE[: length + 1].encode()[:-cut]
    assert decode(data) == Decoded(CHINESE[:length] + "\ufffd", "utf-8", lossy=True)


def test_few_broken_bytes_are_replaced() -> None:
    data = CHINESE.encode() + b"\xff" + CHINESE.encode()
    assert decode(data) == Decoded(f"{CHINESE}\ufffd{CHINESE}", "utf-8", lossy=True)


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs", "utf-8"])
def test_one_broken_place_in_a_long_note_costs_one_line(encoding: str) -> None:
    line = SENTENCES["traditional"] + "\n"
    half = line.encode(encoding) * 700
    decoded = decode(half + b"\xff\n" + half)
    assert decoded == Decoded(
        line * 700 + "\ufffd\n" + line * 700, encoding, lossy=True, guessed=encoding != "utf-8"
    )


def test_bytes_of_no_encoding_are_replaced() -> None:
    assert decode(b"abc\xff\xff\xff") == Decoded("abc\ufffd\ufffd\ufffd", "utf-8", lossy=True)


def test_chinese_far_behind_plain_characters_decides() -> None:
    text = "x = 1\n" * 30_000 + SENTENCES["traditional"]
    assert decode(text.encode("big5hkscs")) == Decoded(text, "big5hkscs", guessed=True)


@pytest.mark.parametrize(
    "text",
    ["", "\ufeff", "a\0b", "\0", "a\rb\rc", "a\u2028b\x0cc", "中\0文", "a\r\nb\nc\rd", "a\ufeffb"],
)
def test_odd_characters_stay_as_they_are(text: str) -> None:
    assert decode(text.encode()) == Decoded(text, "utf-8")


def test_guess_takes_no_longer_for_a_long_note() -> None:
    data = (SENTENCES["traditional"] + "\n").encode("big5") * 120_000
    started = perf_counter()
    assert decode(data).encoding == "big5hkscs"
    assert perf_counter() - started < 3
