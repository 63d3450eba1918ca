"""What an address of a note may become."""

import pytest

from app.rendering import Origin, note_address
from app.rendering.links import Link, Picture, Reach, judge, judge_picture, note_link, slug
from tests.app.pages_in_tests import NOTE, OTHER, ZH

ORIGIN = Origin(ZH, NOTE, {"a/图 1.png": "sub/a/图 1.png"}.get, {"other": OTHER}.get)
NOWHERE = Link(Reach.MISSING, "")
REFUSED = Link(Reach.REFUSED, "")
LOCAL = Link(Reach.LOCAL, "")
PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://a.example/x?y=1#z", Link(Reach.WEB, "https://a.example/x?y=1#z", "a.example")),
        ("HTTP://A.example", Link(Reach.WEB, "HTTP://A.example", "a.example")),
        (
            "https://a.example/中 文",
            Link(Reach.WEB, "https://a.example/%E4%B8%AD%E6%96%87", "a.example"),
        ),
        ("//a.example/x", Link(Reach.WEB, "https://a.example/x", "a.example")),
        ("mailto:a@b.example", Link(Reach.WEB, "mailto:a@b.example")),
        ("javascript:alert(1)", REFUSED),
        ("java\nscript:alert(1)", REFUSED),
        ("\x01javascript:alert(1)", REFUSED),
        ("data:text/html,x", REFUSED),
        ("https:", REFUSED),
        ("https://[", REFUSED),
        ("https:\\\\evil.example", REFUSED),
        ("https://good.example\\@evil.example", REFUSED),
        ("file:///etc/passwd", LOCAL),
        ("FILE:x", LOCAL),
        ("f&ile", NOWHERE),
        ("C:\\x", LOCAL),
        ("c:/x", LOCAL),
        ("\\\\host\\x", LOCAL),
        ("%5C%5Chost", LOCAL),
        ("/etc/passwd", LOCAL),
        ("/\\evil.example", LOCAL),
        ("%2Fetc%2Fpasswd", LOCAL),
        ("#一 节", Link(Reach.NOTE, "#h-%E4%B8%80%E8%8A%82")),
        ("other", Link(Reach.NOTE, f"/notes/{OTHER}")),
        ("none.md", NOWHERE),
        ("", NOWHERE),
    ],
)
def test_each_address_is_judged(address: str, link: Link) -> None:
    assert judge(address, ORIGIN) == link


def test_a_wikilink_can_name_a_heading_of_its_own_note() -> None:
    assert note_link("#代价", ORIGIN) == Link(Reach.NOTE, "#h-%E4%BB%A3%E4%BB%B7")
    assert note_link(" #", ORIGIN) == NOWHERE


@pytest.mark.parametrize(
    ("address", "picture"),
    [
        (PIXEL, Picture(PIXEL, Link(Reach.NOTE, ""))),
        ("data:image/svg+xml;base64,AAAA", Picture("", REFUSED)),
        (
            "./a/%E5%9B%BE%201.png",
            Picture(f"/assets/{NOTE}/sub/a/%E5%9B%BE%201.png", Link(Reach.NOTE, "")),
        ),
        ("a\\图 1.png", Picture(f"/assets/{NOTE}/sub/a/%E5%9B%BE%201.png", Link(Reach.NOTE, ""))),
        ("a/2.png", Picture("", NOWHERE)),
        ("file:///a.png", Picture("", LOCAL)),
        ("https://a.example/p", Picture("", Link(Reach.WEB, "https://a.example/p", "a.example"))),
    ],
)
def test_only_images_of_the_folder_are_loaded(address: str, picture: Picture) -> None:
    assert judge_picture(address, ORIGIN) == picture


def test_an_answer_has_no_images_of_its_own() -> None:
    assert judge_picture("a/图 1.png", Origin(ZH)) == Picture("", LOCAL)


def test_the_address_of_a_passage_holds_its_offsets() -> None:
    assert note_address(NOTE) == f"/notes/{NOTE}"
    assert note_address(NOTE, 3, 9) == f"/notes/{NOTE}?start=3&end=9#passage"
    assert note_address(NOTE, 3) == f"/notes/{NOTE}"


def test_a_slug_keeps_letters_of_every_script() -> None:
    assert slug(" A b／题！? ") == "a-b-题"
