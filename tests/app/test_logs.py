import logging
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.access_log import AccessLog
from app.logs import Redaction, configure
from tests.app.live_server import live

SECRET = "sk-very-secret"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def test_secret_is_blotted_out_of_message_arguments_and_traceback() -> None:
    def fail() -> None:
        raise ValueError(f"key {SECRET} refused")

    try:
        fail()
    except ValueError as error:
        record = logging.LogRecord(
            "n", logging.ERROR, "p", 1, "sent %s", (SECRET,), (type(error), error, None)
        )
    line = Redaction([SECRET, "", "a"]).format(record)
    assert SECRET not in line
    assert line.count("[hidden]") == 2


def test_longer_secret_is_blotted_out_before_one_that_it_contains() -> None:
    record = logging.LogRecord("n", logging.INFO, "p", 1, "x secret-long y", (), None)
    assert Redaction(["secret", "secret-long"]).format(record).endswith("x [hidden] y")


def test_log_goes_to_stderr_at_the_level_asked_for(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("warning", [SECRET])
    logging.getLogger("footnote").info("quiet")
    logging.getLogger("footnote").warning("key %s", SECRET)
    logging.getLogger("httpx").info("a request")
    assert root.level == logging.WARNING
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith("WARNING footnote: key [hidden]\n")
    assert captured.err.count("\n") == 1


async def answer(request: Request) -> Response:
    del request
    return PlainTextResponse("x", 201)


def test_request_is_logged_in_one_line_without_its_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "footnote.access")
    with live(AccessLog(Starlette(routes=[Route("/{path:path}", answer)]))) as port:
        httpx.get(f"http://127.0.0.1:{port}/a%09b?q={SECRET}", trust_env=False)
    (message,) = [each.getMessage() for each in caplog.records if each.name == "footnote.access"]
    assert message.startswith(r"GET '/a\tb' 201 ")
    assert SECRET not in message
