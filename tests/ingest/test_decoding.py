import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decoding import Decoded, decode

CHINESE = "显存怎么估算？参数量乘以两个字节，再加上缓存。"


@given(st.text())
def test_utf_8_is_read_to_the_character(text: str) -> None:
    data = text.encode()
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        assert decode(data) == Decoded(text, "utf-8")


@given(st.binary())
def test_any_bytes_give_a_text(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.text.encode("utf-8").decode() == decoded.text
    assert decoded.lossy or decoded.text.encode(decoded.encoding) == data


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
    assert decode(text.encode("gb18030")) == Decoded(text, "gb18030")


@pytest.mark.parametrize("cut", [1, 2])
@pytest.mark.parametrize("length", range(4, len(CHINESE)))
def test_utf_8_that_breaks_off_stays_utf_8(length: int, cut: int) -> None:
    data = CHINESE[: length + 1].encode()[:-cut]
    assert decode(data) == Decoded(CHINESE[:length] + "\ufffd", "utf-8", lossy=True)


def test_few_broken_bytes_are_replaced() -> None:
    data = CHINESE.encode() + b"\xff" + CHINESE.encode()
    assert decode(data) == Decoded(f"{CHINESE}\ufffd{CHINESE}", "utf-8", lossy=True)


def test_bytes_of_no_encoding_are_replaced() -> None:
    assert decode(b"abc\xff\xff\xff") == Decoded("abc\ufffd\ufffd\ufffd", "utf-8", lossy=True)
