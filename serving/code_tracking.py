"""Telling code from prose in Markdown that arrives character by character."""

_LINE_PREFIX = frozenset(" \t>-*+")
_FENCE_LENGTH = 3


class CodeTracker:
    """Follows inline code and fenced code through a text.

    An inline code span opens at a run of backticks and closes at the next run of the same
    length, or at the end of the line, because a stream cannot be searched for the end first. A
    fence is a run of three or more backticks or tildes at the beginning of a line, after
    indentation, quotation or list marks; it closes at a line that holds only such a run of at
    least that length.
    """

    def __init__(self) -> None:
        self._fence = ""
        self._info = False
        self._closing = False
        self._inline = 0
        self._run = ""
        self._run_starts_line = False
        self._line_start = True
        self._escaped = False

    def inside(self, character: str) -> bool:
        """Take the next character and tell whether it stands inside code.

        The backticks of a span themselves may be told either way.
        """
        if self._run and character == self._run[0]:
            self._run += character
            return self._in_code
        if self._run:
            self._settle()
        if character == "\n":
            self._end_line()
        elif character in "`~" and not (self._escaped and not self._in_code):
            self._run = character
            self._run_starts_line = self._line_start
            self._line_start = False
        else:
            self._closing = self._closing and character.isspace()
            self._line_start = self._line_start and character in _LINE_PREFIX
        self._escaped = character == "\\" and not self._escaped
        return self._in_code

    @property
    def _in_code(self) -> bool:
        return bool(self._fence or self._inline)

    def _end_line(self) -> None:
        if self._closing:
            self._fence = ""
        self._closing = self._info = False
        self._inline = 0
        self._line_start = True

    def _settle(self) -> None:
        """Decide what the run that has just ended means."""
        run, self._run = self._run, ""
        if self._fence:
            self._settle_in_fence(run)
        elif self._inline:
            if run[0] == "`" and len(run) == self._inline:
                self._inline = 0
        elif self._run_starts_line and len(run) >= _FENCE_LENGTH:
            self._fence, self._info = run, True
        elif run[0] == "`":
            self._inline = len(run)

    def _settle_in_fence(self, run: str) -> None:
        if run[0] != self._fence[0]:
            return
        if self._info and run[0] == "`":
            # A fence's first line holds no backticks: this was inline code after all.
            self._inline = 0 if len(run) == len(self._fence) else len(self._fence)
            self._fence, self._info = "", False
        elif self._run_starts_line and len(run) >= len(self._fence):
            self._closing = True
