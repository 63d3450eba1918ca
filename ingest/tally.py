"""What a sync has done so far."""

from dataclasses import dataclass, field

from ingest.catalog import PassedOver, Totals
from ingest.planning import Plan
from ingest.report import Failure, PassedBy, Report


@dataclass(slots=True)
class Tally:
    """Counts of one run; it changes while the run goes on."""

    written: int = 0
    """Points of new texts written."""
    reweighted: int = 0
    """Points written again because the average length of a passage had drifted."""
    done: int = 0
    """Notes of the plan that were handled."""
    changed: bool = False
    """Whether any note was stored or taken out, or the index mended."""
    taken: set[str] = field(default_factory=set)
    """Paths of notes that were."""
    failures: dict[str, str] = field(default_factory=dict)
    passed_over: list[PassedOver] = field(default_factory=list)

    def report(self, todo: Plan, totals: Totals, *, cancelled: bool) -> Report:
        """Tell what was done, as far as that needs no look at what was not touched."""
        taken = self.taken - set(self.failures)
        added, changed, moved = (
            sum(step.found.path in taken for step in steps)
            for steps in (todo.added, todo.changed, todo.moved)
        )
        return Report(
            notes=totals.notes,
            added=added,
            changed=changed,
            moved=moved,
            deleted=sum(note.path in taken for note in todo.deleted),
            unchanged=totals.notes - added - changed - moved,
            failed=tuple(Failure(path, why) for path, why in sorted(self.failures.items())),
            chunks=totals.chunks,
            chunks_written=self.written,
            reweighted=self.reweighted,
            embedded=0,
            left_out=(),
            ms=0,
            cancelled=cancelled,
            searchable=totals.notes,
            held_back=tuple(note.path for note in todo.held_back),
            passed_over=tuple(PassedBy(each.path, each.reason) for each in self.passed_over),
        )
