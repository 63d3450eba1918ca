"""Elements that are put into a text stand where words stand, and nowhere else."""

import re

from bs4 import BeautifulSoup
from markupsafe import Markup

from app.rendering import Origin, render_markdown
from app.rendering.marks import Mark
from tests.app.pages_in_tests import NOTE, ZH

ORIGIN = Origin(ZH, NOTE)


def test_a_mark_stands_in_the_words_and_never_in_an_attribute() -> None:
    text = "甲[1] **乙[1]** ![丙[1]](img/none.png) `丁`"
    marks = [
        Mark(position, 3, Markup('<a class="ref" href="#x"><sup>{}</sup></a>').format(number))
        for number, position in enumerate(i for i in range(len(text)) if text[i : i + 3] == "[1]")
    ]

    tree = BeautifulSoup(render_markdown(text, ORIGIN, marks=marks), "html.parser")

    assert [ref.get_text() for ref in tree.select("a.ref")] == ["0", "1"]
    assert tree.select("strong a.ref")[0].get_text() == "1"


def test_private_characters_of_a_text_cannot_pose_as_marks() -> None:
    html = render_markdown("a\ue0000\ue001b", ORIGIN, marks=[Mark(1, 0, Markup("<b>!</b>"))])

    assert html.strip() == "<p>a<b>!</b>\ufffd0\ufffdb</p>"


def test_of_two_marks_at_one_place_the_first_stays() -> None:
    marks = [Mark(0, 3, Markup("<b>1</b>")), Mark(1, 1, Markup("<b>2</b>"))]

    assert render_markdown("[1]甲", ORIGIN, marks=marks).strip() == "<p><b>1</b>甲</p>"


def _proved(text: str) -> BeautifulSoup:
    """Set ``text`` with an element at each ``[1]`` and at the end of each line but dashes."""
    marks = [
        Mark(match.start(), len(match.group()), Markup("<b>{}</b>").format(match.group() or "●"))
        for match in re.finditer(r"\[1\]|(?<=[^\s-])(?<!-\|)$", text, re.MULTILINE)
    ]
    return BeautifulSoup(render_markdown(text, ORIGIN, marks=marks), "html.parser")


def test_marks_of_a_row_stand_in_its_last_cell() -> None:
    tree = _proved("| 层 | 头 |\n|---|---|\n| 32 | 8 |[1]\n| 80 | 8[1] |")

    rows = [[cell.get_text() for cell in row.select("th, td")] for row in tree.select("tr")]
    assert rows == [["层", "头 ●"], ["32", "8 [1]●"], ["80", "8[1] ●"]]


def test_marks_of_a_formula_stand_below_it() -> None:
    tree = _proved("$$\nx^2\n$$[1]\n\n$$y$$\n\n价 $$z$$")

    assert len(tree.select(".math-block math")) == 2
    assert [below.get_text() for below in tree.select("p")][:2] == ["[1]●", "●"]
