"""What was asked for and is not there."""


class MissingError(LookupError):
    """Something named by an address does not exist."""


class NoSuchConversationError(MissingError):
    """No conversation has this id."""

    def __init__(self) -> None:
        super().__init__("This conversation does not exist any more. Start a new one.")


class NoSuchTurnError(MissingError):
    """No answer has this id."""

    def __init__(self) -> None:
        super().__init__("This answer does not exist any more. Ask the question again.")


class NoSuchPassageError(MissingError):
    """No chunk has this id any more."""

    def __init__(self) -> None:
        super().__init__("This passage was changed or removed. Search again, then mark it.")


class NoTraceError(MissingError):
    """An answer has no trace."""

    def __init__(self) -> None:
        super().__init__(
            "How this answer's sources were found was not kept: it is older than traces are. "
            "Ask the question again."
        )


class NoSuchNoteError(MissingError):
    """No note has this id."""

    def __init__(self) -> None:
        super().__init__("This note does not exist any more. Look for it in the library.")


class NobodyOfThatNameError(MissingError):
    """Nobody of that name speaks in the notes."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody of this name speaks in the notes any more. The page of people lists who does."
        )


class NoSuchTagError(MissingError):
    """No note has this tag."""

    def __init__(self) -> None:
        super().__init__("No note has this tag any more. The page of tags lists those there are.")


class NoSuchRunError(MissingError):
    """No run has this id."""

    def __init__(self) -> None:
        super().__init__("No sync has this number. The sync page lists those that there were.")


class NoSuchImageError(MissingError):
    """An image is not there, or not one that is shown."""

    def __init__(self) -> None:
        super().__init__("There is no such image among the notes.")


class NoNotesFolderError(RuntimeError):
    """No folder of notes is known."""

    def __init__(self) -> None:
        super().__init__(
            "No notes folder is set. Name one: `footnote --notes FOLDER ...`, or FOOTNOTE_NOTES."
        )
