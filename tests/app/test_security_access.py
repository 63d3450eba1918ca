import asyncio

from app.security_access import (
    SESSION_SECONDS,
    Doorkeeper,
    Sessions,
    TooManyLoginsError,
    UnprotectedAddressError,
    same_secret,
)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_session_is_known_until_it_is_closed() -> None:
    sessions = Sessions()
    token, other = sessions.open(), sessions.open()
    assert token != other
    assert sessions.know(token)
    sessions.close(token)
    assert not sessions.know(token)
    assert sessions.know(other)
    assert not sessions.know("")


def test_session_ends_after_its_time() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token = sessions.open()
    clock.now = SESSION_SECONDS + 1
    assert not sessions.know(token)


def test_oldest_session_gives_way_when_there_are_too_many() -> None:
    sessions = Sessions()
    tokens = [sessions.open() for _ in range(201)]
    assert [sessions.know(token) for token in (tokens[0], tokens[1], tokens[-1])] == [
        False,
        True,
        True,
    ]


def test_secrets_of_any_text_are_compared() -> None:
    assert same_secret("密码\ud800", "密码\ud800")
    assert not same_secret("a", "b")


def test_each_wrong_password_is_answered_more_slowly() -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async def scenario() -> list[bool]:
        door = Doorkeeper("correct", pause)
        tried = ["a", "b", "correct", "c", *"x" * 12]
        return [await door.admits(password) for password in tried]

    assert asyncio.run(scenario()) == [False, False, True] + [False] * 13
    assert pauses[:3] == [0.2, 0.4, 0.2]
    assert pauses[-1] == 4.0


def test_no_password_opens_a_door_without_one() -> None:
    async def scenario() -> bool:
        return await Doorkeeper("", lambda _: asyncio.sleep(0)).admits("")

    assert not asyncio.run(scenario())


def test_many_guesses_at_once_are_turned_away() -> None:
    async def scenario() -> list[object]:
        door = Doorkeeper("correct", lambda _: asyncio.sleep(0.001))
        guesses = [door.admits(str(number)) for number in range(20)]
        return [type(result) for result in await asyncio.gather(*guesses, return_exceptions=True)]

    assert asyncio.run(scenario()) == [bool] * 8 + [TooManyLoginsError] * 12


def test_open_address_without_a_password_is_refused_with_a_sentence() -> None:
    assert str(UnprotectedAddressError("192.168.1.5")) == (
        "Listening on 192.168.1.5 lets other machines read the notes, and no password is set. "
        "Set FOOTNOTE_PASSWORD first, or listen on 127.0.0.1."
    )
