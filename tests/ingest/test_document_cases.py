"""Each file in `documents` has one quirk; beside it stand the note made of it, and its blocks."""

from pathlib import Path

import pytest

from ingest.formats import FileBytes, format_named, format_of
from tests.ingest.described import described
from tests.ingest.made import docx, epub, pdf

CASES = Path(__file__).with_name("documents")
MADE = {
    "book.epub": epub(
        {
            "one.xhtml": "<h1>开头</h1><p>字一。</p><h2>小节</h2><pre># no heading</pre>",
            "two.xhtml": '<p>字二。<a href="one.xhtml">回去</a></p>',
            "empty.xhtml": "<div/>",
        },
        contents={"one.xhtml": "开头", "two.xhtml": "第二章"},
    ),
    "paper.pdf": pdf(
        [
            [
                "Notes on Memory",
                "1",
                "显存与带宽",
                "解码时每一步都要把全部权重从显存里读一遍，所以带宽决",
                "定了速度。",
                "2.1 Batches",
                "Larger batches share the cost of reading every single weight from mem-",
                "ory once.",
            ],
            ["Notes on Memory", "2", "# not a heading", "第二页"],
            ["Notes on Memory", "3", "附录", "<!-- left out: hidden -->", "end"],
        ],
        title="显存与带宽",
        bookmarks={"附录": (3, 0), "2.1 Batches": (1, 0), "第二页": (2, 1), "gone": (2, 1)},
    ),
    "word.docx": docx(),
}
NAMES = sorted(
    [path.name for path in CASES.iterdir() if path.suffix not in {".text", ".blocks", ""}] + [*MADE]
)


@pytest.mark.parametrize("name", NAMES)
def test_document_is_read_as_written_down(name: str) -> None:
    data = MADE[name] if name in MADE else (CASES / name).read_bytes()
    file = FileBytes(name, data)
    form = format_of(file)
    text = form.text(file).text
    stem = (CASES / name).stem
    assert text.encode() == (CASES / f"{stem}.text").read_bytes()
    parsed = format_named(form.name).parse(text, file.name)
    assert described(text, parsed) == (CASES / f"{stem}.blocks").read_text(encoding="utf-8")
    assert [block for block in parsed.blocks if not block.span.covers(block.body)] == []
