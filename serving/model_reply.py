"""From the deltas of a model to the events of an answer."""

from serving.answer import Event, Finish
from serving.chat_model import ChatModelError, Delta
from serving.citations import CitationParser
from serving.draft import Draft
from serving.printable import PrintableFilter
from serving.reasoning import Folded, ReasoningFilter
from serving.runaway import looping

_LOOP_CHECK_CHARACTERS = 40
_STEP_CHARACTERS = 200


class ModelReply:
    """Cleans a model's stream, folds its reasoning, finds its marks, and writes the draft."""

    def __init__(self, draft: Draft, numbers: range, *, opened: bool, longest: int) -> None:
        """Begin a reply.

        Args:
            draft: Where the answer is written.
            numbers: The sources that may be cited.
            opened: Whether this model's template was seen to open the reasoning itself.
            longest: Characters at which the answer is cut.
        """
        self.finish: Finish | None = None
        """How the reply ended; None while it goes on."""
        self.failure: ChatModelError | None = None
        """Why the model broke off, set by who reads its stream."""
        self._draft = draft
        self._printable = PrintableFilter()
        self._reasoning = ReasoningFilter(opened=opened)
        self._parser = CitationParser(numbers)
        self._longest = longest
        self._checked = 0

    @property
    def prefilled(self) -> bool:
        """Whether the template opens the reasoning itself."""
        return self._reasoning.prefilled

    @property
    def dropped(self) -> int:
        """How many numbers named no source."""
        return self._parser.dropped

    def take(self, delta: Delta) -> list[Event]:
        """Take what arrived, and tell what came of it."""
        if delta.finish is not None:
            complete = delta.finish in ("stop", "eos", "end_turn")
            self.finish = Finish.COMPLETE if complete else Finish.LENGTH
        events: list[Event] = []
        # An endpoint may send the whole answer at once.
        for start in range(0, len(delta.text), _STEP_CHARACTERS):
            part = delta.text[start : start + _STEP_CHARACTERS]
            events += self._write(self._reasoning.feed(self._printable.feed(part)))
            if self._runs_away():
                self.finish = Finish.LENGTH
                break
        return events

    def end(self) -> list[Event]:
        """Tell what was held back; nothing more will come.

        Of a reply that broke off before its first word nothing is told: what was held back may
        be reasoning.
        """
        if self.failure is not None and not self._draft.text:
            return []
        events = self._write(self._reasoning.feed(self._printable.finish()))
        events += self._write(self._reasoning.finish())
        return events + self._draft.write(self._parser.finish()) + self._draft.finish()

    def _write(self, folded: Folded) -> list[Event]:
        return self._draft.write(self._parser.feed(folded.answer)) if folded.answer else []

    def _runs_away(self) -> bool:
        length = len(self._draft.text)
        if length >= self._longest:
            return True
        if length - self._checked < _LOOP_CHECK_CHARACTERS:
            return False
        self._checked = length
        return looping(self._draft.text)
