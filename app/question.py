"""What may be asked; pure."""


def asked(text: str, most: int) -> str:
    """Return the question without the space around it.

    Args:
        text: What the reader typed or a program sent.
        most: Most characters a question may have.

    Raises:
        QuestionError: It is empty, too long, or holds what is not text.
    """
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise UnreadableQuestionError
    question = text.strip()
    if not question:
        raise EmptyQuestionError
    if len(question) > most:
        raise LongQuestionError(len(question), most)
    return question


class QuestionError(ValueError):
    """A question that cannot be asked."""


class EmptyQuestionError(QuestionError):
    """Nothing was asked."""

    def __init__(self) -> None:
        super().__init__("The question is empty. Write what you want to know.")


class LongQuestionError(QuestionError):
    """The question is longer than one may be."""

    def __init__(self, length: int, most: int) -> None:
        super().__init__(
            f"The question has {length:,} characters; at most {most:,} can be asked. Shorten it."
        )


class UnreadableQuestionError(QuestionError):
    """The question holds characters that are not text."""

    def __init__(self) -> None:
        super().__init__(
            "The question holds characters that are not text (NUL, or half of a character). "
            "Type it again."
        )
