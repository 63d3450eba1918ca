"""Exports that are broken, and what to do about them."""


class DamagedExportError(ValueError):
    """A chat export cannot be read: it was cut off, or its parts are not what they must be."""

    def __init__(self, path: str, program: str, what: str) -> None:
        super().__init__(
            f"{path} cannot be read as a {program} export: {what}. Export the chat again and put "
            "the new file in its place, then sync again."
        )
        self.path = path
        self.program = program
        self.what = what

    def __reduce__(self) -> tuple[type["DamagedExportError"], tuple[str, str, str]]:
        """Take the parts along to another process."""
        return type(self), (self.path, self.program, self.what)
