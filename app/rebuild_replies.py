"""The JSON document that tells of a rebuild of the index."""

from dataclasses import asdict
from typing import Self

from app.rebuilding import Rebuild
from app.replies import Reply


class RebuildReply(Reply):
    """How the rebuild stands that goes on, or how the last one ended."""

    done: int
    """Points written so far."""
    total: int
    running: bool
    incomplete: bool
    """Whether searches find less until it is done."""
    damage: str
    """Why the index before was set aside; empty when it was not."""
    error: str
    cancelled: bool

    @classmethod
    def of(cls, rebuild: Rebuild) -> Self:
        """Describe a rebuild."""
        return cls.model_validate(asdict(rebuild))
