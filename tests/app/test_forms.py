import pytest

from app.forms import Form, own_path


@pytest.mark.parametrize("path", ["/", "/notes", "/notes?q=a&kind=chat", "/c/1#t", "/a//b"])
def test_own_path_is_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "%2f%2fevil.example",
        "/\t/evil.example",
        "/a\\b",
        "/a b",
        "/a\nb",
        "evil",
    ],
)
def test_path_that_leads_elsewhere_becomes_the_first_page(path: str) -> None:
    assert own_path(path) == "/"


def test_field_that_was_not_sent_is_empty() -> None:
    form = Form("question=%E4%BD%A0+%26&question=second&empty=")
    assert (form["question"], form["empty"], form["other"]) == ("你 &", "", "")
