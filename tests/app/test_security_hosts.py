import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security_hosts import (
    Authority,
    InvalidHostNameError,
    OwnHosts,
    only_host,
    same_origin,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost", Authority("localhost", None)),
        ("LOCALHOST:8000", Authority("localhost", 8000)),
        ("[::1]:8000", Authority("[::1]", 8000)),
        ("notes.example", Authority("notes.example", None)),
        ("", None),
        ("localhost:", None),
        ("localhost:0", None),
        ("localhost:99999", None),
        ("a/?x=", None),
        ("a b", None),
        ("user@localhost", None),
        ("localhost.", None),
        ("::1", None),
        ("localhost\n", None),
        ("ｌocalhost", None),
    ],
)
def test_host_is_read_only_when_it_is_a_name_with_an_optional_port(
    text: str, expected: Authority | None
) -> None:
    assert Authority.read(text) == expected


@given(st.text())
def test_reading_any_text_never_fails(text: str) -> None:
    authority = Authority.read(text)
    assert authority is None or authority.host == authority.host.lower()


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("LocalHost:8000", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("127.0.0.1:8001", False),
        ("0.0.0.0:8000", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8000", False),
        ("evil.example", False),
        ("127.0.0.2", False),
    ],
)
def test_only_loopback_names_with_the_right_port_are_ours(host: str, *, ours: bool) -> None:
    authority = Authority.read(host)
    assert authority is not None
    assert OwnHosts().includes(authority, 8000) is ours


def test_allowed_name_goes_with_any_port_unless_it_has_one() -> None:
    hosts = OwnHosts.of("notes.example, box:8443 ,", "192.168.1.5")
    allowed = {
        text: hosts.includes(Authority.read(text) or Authority("", None), 8000)
        for text in ("notes.example", "notes.example:1", "box", "box:8443", "192.168.1.5:8000")
    }
    assert allowed == {
        "notes.example": True,
        "notes.example:1": True,
        "box": False,
        "box:8443": True,
        "192.168.1.5:8000": True,
    }


def test_address_listened_on_is_ours_unless_it_is_every_address() -> None:
    assert OwnHosts.of("", "::").further == ()
    assert OwnHosts.of("", "127.0.0.1").further == ()
    assert OwnHosts.of("", "fd00::1").further == (Authority("[fd00::1]", None),)


def test_allowed_name_that_is_not_a_name_is_refused_with_a_sentence() -> None:
    with pytest.raises(InvalidHostNameError, match=r"'http://x', which is not a host name"):
        OwnHosts.of("http://x")


def test_missing_or_doubled_host_is_no_host() -> None:
    assert only_host([]) is None
    assert only_host([b"localhost", b"localhost"]) is None
    assert only_host([b"localhost"]) == Authority("localhost", None)
    assert only_host([b"\xff"]) is None


@pytest.mark.parametrize(
    ("origin", "scheme", "host", "same"),
    [
        ("http://127.0.0.1:8000", "http", "127.0.0.1:8000", True),
        ("http://LOCALHOST:8000", "http", "localhost:8000", True),
        ("http://localhost", "http", "localhost", True),
        ("http://localhost:80", "http", "localhost", True),
        ("https://notes.example", "http", "notes.example", True),
        ("https://notes.example:443", "http", "notes.example", True),
        ("https://127.0.0.1:8000", "http", "127.0.0.1:8000", False),
        ("http://localhost:8000", "http", "127.0.0.1:8000", False),
        ("http://localhost:8001", "http", "localhost:8000", False),
        ("http://localhost", "http", "localhost:8000", False),
        ("null", "http", "localhost:8000", False),
        ("", "http", "localhost:8000", False),
        ("file://", "http", "localhost:8000", False),
        ("http://localhost:8000.evil", "http", "localhost:8000", False),
        ("http://localhost:8000/", "http", "localhost:8000", False),
        ("http://x@localhost:8000", "http", "localhost:8000", False),
    ],
)
def test_origin_is_ours_only_when_the_page_has_the_same_address(
    origin: str, scheme: str, host: str, *, same: bool
) -> None:
    authority = Authority.read(host)
    assert authority is not None
    assert same_origin(origin, scheme, authority) is same
