"""Files that should be notes and cannot be read."""


class UnreadableDocumentError(ValueError):
    """A document holds nothing that can be read."""

    def __init__(self, path: str, reason: str, advice: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}. {advice}")
        self.path = path
        self.reason = reason
        self.advice = advice

    def __reduce__(self) -> tuple[type["UnreadableDocumentError"], tuple[str, str, str]]:
        """Take the values along to another process."""
        return type(self), (self.path, self.reason, self.advice)
