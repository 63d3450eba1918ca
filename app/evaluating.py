"""Evaluations: one at a time in a thread of its own, and what earlier ones found."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from pydantic import ValidationError

from app.evaluation_replies import EvaluationReply, EvaluationRequest, outcome
from app.measuring import Searching, measured
from app.missing import MissingError
from app.question_sets import EmptyQuestionSetError, QuestionSets
from retrieval.evaluation import Expected

MOST_KEPT = 50
"""Evaluations that are kept; the oldest go."""
_PRIVATE = 0o700
_LOG = logging.getLogger(__name__)


class Evaluations:
    """Runs evaluations and keeps what they found. Any thread may call it."""

    def __init__(
        self,
        folder: Path,
        sets: QuestionSets,
        searching: Searching,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Keep results in ``folder``, which need not be there yet."""
        self._folder = folder
        self._sets = sets
        self._searching = searching
        self._now = clock or _utc_now
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._running: EvaluationReply | None = None

    @property
    def sets(self) -> QuestionSets:
        """The question sets that can be evaluated."""
        return self._sets

    @property
    def running(self) -> EvaluationReply | None:
        """The evaluation that goes on; None when none does."""
        return self._running

    def start(self, wanted: EvaluationRequest) -> EvaluationReply:
        """Begin an evaluation and return it as it stands.

        Raises:
            EvaluationRunningError: Another one goes on.
            NoSuchQuestionSetError: There is no such set.
            QuestionSetError: A line of it is not a question, or does not say what answers it.
            EmptyQuestionSetError: It holds no question.
        """
        expected = self._sets.read(wanted.set)
        if not expected:
            raise EmptyQuestionSetError(wanted.set)
        with self._lock:
            if self._running is not None:
                raise EvaluationRunningError(self._running.set)
            self._cancel.clear()
            begun = EvaluationReply(
                id=uuid4(),
                set=wanted.set,
                started=self._now(),
                state="running",
                done=0,
                total=len(expected) * (1 if wanted.b is None else 2),
            )
            self._running = begun
            work = partial(self._run, begun, wanted, expected)
            self._thread = threading.Thread(target=work, name="evaluation")
            self._thread.start()
            return begun

    def latest(self) -> tuple[EvaluationReply, ...]:
        """Return the evaluations that are kept, newest first, after the one that goes on."""
        running = () if self._running is None else (self._running,)
        kept = sorted(self._kept(), key=lambda each: each.started, reverse=True)
        return (*running, *kept)

    def get(self, evaluation: UUID) -> EvaluationReply:
        """Return one evaluation.

        Raises:
            NoSuchEvaluationError: There is none of this id.
        """
        running = self._running
        if running is not None and running.id == evaluation:
            return running
        found = _read(self._folder / f"{evaluation}.json")
        if found is None:
            raise NoSuchEvaluationError
        return found

    def cancel(self, evaluation: UUID) -> EvaluationReply:
        """Ask an evaluation to stop after the question it is at; one that is over stays so.

        Raises:
            NoSuchEvaluationError: There is none of this id.
        """
        found = self.get(evaluation)
        if found.state == "running":
            self._cancel.set()
        return found

    def wait(self) -> None:
        """Wait for the evaluation that goes on, if one does."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        """Stop the evaluation that goes on and wait for it."""
        self._cancel.set()
        self.wait()

    def _run(
        self, begun: EvaluationReply, wanted: EvaluationRequest, expected: tuple[Expected, ...]
    ) -> None:
        ended: dict[str, object]
        try:
            settings = [each for each in (wanted.a, wanted.b) if each is not None]
            sides = [
                measured(expected, each, self._searching, partial(self._show, begun, before))
                for before, each in zip((0, len(expected)), settings, strict=False)
            ]
            ended = {"state": "done", "done": begun.total, **outcome(sides)}
        except _CancelledError:
            ended = {"state": "cancelled", "done": self._done}
        except Exception as error:  # noqa: BLE001 - the failure is told where it is watched
            _LOG.exception("An evaluation could not go on.")
            why = str(error) or type(error).__name__
            ended = {"state": "failed", "done": self._done, "error": why}
        try:
            self._keep(begun.model_copy(update=ended))
        except (OSError, ValueError):
            _LOG.exception("What an evaluation found could not be written.")
        finally:
            self._running = None  # whatever happens, another one can begin

    @property
    def _done(self) -> int:
        return 0 if self._running is None else self._running.done

    def _show(self, begun: EvaluationReply, before: int, searched: int) -> None:
        if self._cancel.is_set():
            raise _CancelledError
        self._running = begun.model_copy(update={"done": before + searched})

    def _keep(self, reply: EvaluationReply) -> None:
        self._folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        beside = self._folder / f".{reply.id}"
        beside.write_bytes(reply.model_dump_json().encode("utf-8", "replace"))
        os.replace(beside, self._folder / f"{reply.id}.json")  # noqa: PTH105 - overwrites everywhere
        kept = sorted(self._kept(), key=lambda each: each.started, reverse=True)
        for each in kept[MOST_KEPT:]:
            (self._folder / f"{each.id}.json").unlink(missing_ok=True)

    def _kept(self) -> Iterator[EvaluationReply]:
        if self._folder.is_dir():
            for path in self._folder.glob("*.json"):
                found = _read(path)
                if found is not None:
                    yield found


def _read(path: Path) -> EvaluationReply | None:
    """Return what a file says; None when it is not there or says nothing of the kind."""
    try:
        return EvaluationReply.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class _CancelledError(Exception):
    """Somebody stopped the evaluation."""


class EvaluationRunningError(RuntimeError):
    """An evaluation goes on already."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"An evaluation of {name!r} is running. Wait until it is done, or cancel it."
        )


class NoSuchEvaluationError(MissingError):
    """No evaluation has this id."""

    def __init__(self) -> None:
        super().__init__(
            f"This evaluation is not kept any more; the latest {MOST_KEPT} are. Run it again."
        )
