"""Request bodies, read whole before the routes see them, and never more than fits."""

from starlette.types import Message, Receive, Scope

MOST_BYTES = 1_000_000


class BodyTooLargeError(ValueError):
    """A request body is larger than anything the program takes."""

    def __init__(self) -> None:
        super().__init__(f"The request is too large: at most {MOST_BYTES:,} bytes are taken.")


class SenderGoneError(ConnectionError):
    """The sender left before its request was complete."""

    def __init__(self) -> None:
        super().__init__("The sender left before its request was complete.")


async def buffered(scope: Scope, receive: Receive) -> Receive:
    """Read the body of a request, counting as it comes in, and return a `Receive` that replays it.

    Raises:
        BodyTooLargeError: The body is, or says it is, larger than `MOST_BYTES`.
        SenderGoneError: The connection closed in the middle.
    """
    announced = [value for name, value in scope["headers"] if name == b"content-length"]
    if any(not value.isdigit() or int(value) > MOST_BYTES for value in announced):
        raise BodyTooLargeError
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderGoneError
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise BodyTooLargeError
        more = message.get("more_body", False)
    waiting: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
