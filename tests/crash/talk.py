"""Lines of words between the program that is killed and the one that kills it."""

import select
import socket


class Talk:
    """One end of the conversation."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._read = b""

    def say(self, *words: str) -> None:
        """Tell what happens.

        Raises:
            OSError: The other end is gone.
        """
        self._end.sendall((" ".join(words) + "\n").encode())

    def waits(self, seconds: float) -> bool:
        """Whether within ``seconds`` there is something to hear, be it that the other is gone."""
        return b"\n" in self._read or bool(select.select([self._end], [], [], seconds)[0])

    def hear(self) -> str:
        """Return what the other end said; nothing when it is gone."""
        while b"\n" not in self._read:
            try:
                part = self._end.recv(65_536)
            except ConnectionResetError:  # it died before it read the last word
                part = b""
            if not part:
                return ""
            self._read += part
        line, _, self._read = self._read.partition(b"\n")
        return line.decode()

    def ask(self, *words: str) -> None:
        """Tell what is about to happen, and wait for the go-ahead."""
        self.say(*words)
        self.hear()

    def close(self) -> None:
        """End the conversation."""
        self._end.close()
