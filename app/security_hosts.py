"""Which names a browser may reach the program by; pure.

A page of another site can make a browser send requests to this program under a name of that
site's choosing. The name arrives in the ``Host`` header, so only known names are answered.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

_AUTHORITY = re.compile(
    r"(?P<host>\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?)"
    r"(?::(?P<port>[0-9]{1,5}))?",
    re.ASCII,
)
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#@\s]+)", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65_535
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1", "localhost"})
ANY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - names what needs a password


@dataclass(frozen=True, slots=True)
class Authority:
    """A host name with its port, as a ``Host`` header or an address of the page gives it."""

    host: str
    """Lower case; an IPv6 address in brackets."""
    port: int | None
    """None when the header names none."""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read ``host`` or ``host:port``; None when it is anything else."""
        match = _AUTHORITY.fullmatch(text.lower())
        if match is None:
            return None
        port = None if match["port"] is None else int(match["port"])
        if port is not None and not 0 < port <= _HIGHEST_PORT:
            return None
        return cls(match["host"], port)


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """The names this program answers to."""

    further: tuple[Authority, ...] = ()
    """Names besides loopback; one without a port goes with any port."""

    @classmethod
    def of(cls, names: str, bound: str = "") -> Self:
        """Read names separated by commas; the address listened on is one of them.

        Raises:
            InvalidHostNameError: A name is not a host name.
        """
        given = [name.strip() for name in names.split(",") if name.strip()]
        if bound not in ANY_ADDRESS and bound not in LOOPBACK_ADDRESSES:
            given.append(f"[{bound}]" if ":" in bound else bound)
        further = []
        for name in given:
            authority = Authority.read(name)
            if authority is None:
                raise InvalidHostNameError(name)
            further.append(authority)
        return cls(tuple(further))

    def includes(self, host: Authority, port: int | None) -> bool:
        """Whether ``host`` is one of ours when the program listens on ``port``."""
        if host.host in LOOPBACK_NAMES and host.port in {None, port}:
            return True
        return any(own.host == host.host and own.port in {None, host.port} for own in self.further)


def only_host(values: Collection[bytes]) -> Authority | None:
    """Read the one ``Host`` header of a request; None when there is none, or more than one."""
    if len(values) != 1:
        return None
    return Authority.read(next(iter(values)).decode("latin-1"))


def same_origin(origin: str, scheme: str, host: Authority) -> bool:
    """Whether a page at ``origin`` was served under the very ``host`` it now sends to.

    Args:
        origin: The ``Origin`` header, such as ``http://127.0.0.1:8000``, or ``null``.
        scheme: The scheme the request came by.
        host: The request's own host, already known to be ours.
    """
    match = _ORIGIN.fullmatch(origin.lower())
    authority = match and Authority.read(match["authority"])
    if match is None or authority is None:
        return False
    theirs = match["scheme"]
    if theirs != scheme and host.host in LOOPBACK_NAMES:
        return False
    default = _DEFAULT_PORTS[theirs]
    return authority.host == host.host and (authority.port or default) == (host.port or default)


class InvalidHostNameError(ValueError):
    """A name in the list of allowed hosts is not a host name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"FOOTNOTE_ALLOWED_HOSTS holds {name!r}, which is not a host name. "
            "Write names such as notes.example or notes.example:8443, separated by commas."
        )
