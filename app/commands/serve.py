"""``footnote serve``: the page and the API."""

import argparse
import errno
import os
import signal
import socket
import sys
from contextlib import ExitStack, closing
from types import FrameType

import uvicorn

from app import logs
from app.main import create_app
from app.remote import HomeHeldError
from app.security_access import UnprotectedAddressError
from app.security_hosts import ANY_ADDRESS, LOOPBACK_ADDRESSES
from app.server_file import Server, announced, announcement
from app.settings import Settings, secrets
from app.wiring import Services, build
from retrieval.index import IndexInUseError

_STOPPING_S = 3
_SWITCH_S = 0.001
"""Longest that a thread which computes keeps the one that answers waiting, each time it waits: one
request waits some twenty times, and with the usual 5 ms a sync would hold it up by a tenth of a
second."""
_HEAD = 65_536
"""Most bytes of a request's head, without its question."""
_ENCODED = 12
"""Most bytes that stand for one character in an address."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--host", metavar="ADDRESS", help="address to listen on")
    parser.add_argument("--port", type=int, metavar="N", help="port; 0 takes a free one")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    settings = _with_address(settings, given.host, given.port)
    password = settings.password.get_secret_value()
    if settings.host not in LOOPBACK_ADDRESSES and not password:
        raise UnprotectedAddressError(settings.host)
    signal.signal(signal.SIGTERM, _stop)
    sys.setswitchinterval(_SWITCH_S)
    with ExitStack() as stack:
        listener = stack.enter_context(closing(listening(settings.host, settings.port)))
        try:
            services = stack.enter_context(build(settings))
        except IndexInUseError as error:
            raise _held(settings) from error
        address = url(settings.host, listener.getsockname()[1])
        notes = tuple(str(each.folder) for each in services.notes_folders)
        server = Server(address, os.getpid(), services.command_token, notes)
        stack.enter_context(announced(settings.home, server))
        _configure_logs(settings, services)
        try:
            _Announcing(_config(services), address).run(sockets=[listener])
        except KeyboardInterrupt:
            return 0
    return 0


class _Announcing(uvicorn.Server):
    """Says where the page is, once it is there."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Footnote: {self._address}", flush=True)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        PortTakenError: Another program listens there.
        AddressUnusableError: The address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(host, port) from error
        raise AddressUnusableError(host, port, error.strerror or str(error)) from error


def url(host: str, port: int) -> str:
    """Return the address by which this machine reaches the page."""
    if host in ANY_ADDRESS:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _with_address(settings: Settings, host: str | None, port: int | None) -> Settings:
    changed = {"host": host, "port": port}
    given = {name: value for name, value in changed.items() if value is not None}
    return Settings.model_validate({**settings.model_dump(), **given})


def _configure_logs(settings: Settings, services: Services) -> None:
    logs.configure(settings.log_level, (*secrets(settings), services.command_token))


def _config(services: Services) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(services),
        log_config=None,
        access_log=False,
        server_header=False,
        # Headers of a proxy could claim any sender; the guard decides on the real one.
        proxy_headers=False,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        # A search names the question and the one before it in its address, percent-encoded.
        h11_max_incomplete_event_size=_HEAD + 2 * _ENCODED * services.settings.question_characters,
        timeout_graceful_shutdown=_STOPPING_S,
    )


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _held(settings: Settings) -> Exception:
    server = announcement(settings.home)
    if server is None or not server.alive:
        return HomeHeldError(settings.home, None)
    return AlreadyServedError(server)


class AlreadyServedError(RuntimeError):
    """A server already shows these notes."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"Footnote already runs at {server.url} (process {server.pid}). Open that, or stop it."
        )


class PortTakenError(RuntimeError):
    """Another program listens on the port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} of {host} is taken by another program. Stop it, or choose a free port: "
            "footnote serve --port 0"
        )


class AddressUnusableError(RuntimeError):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Nothing can listen on {host} port {port} ({reason}). Choose another with --host."
        )
