"""A plan's files read without being taken in: only that tells what fails, and what is no note."""

from dataclasses import replace

from ingest.catalog import PassedOver
from ingest.listing import Listing
from ingest.planning import Plan
from ingest.report import Failure
from ingest.source import Source
from ingest.workers import cuts

MOST = 2_000
"""Files that are read for a plan; one of more is told as it stands."""


def tried(todo: Plan, listing: Listing, source: Source) -> Plan:
    """Return the plan as a run would find it."""
    skipped = (
        *todo.passed_over,
        *(_no_note(each.path, each.reason) for each in listing.passed_over),
    )
    if len(todo.to_read) > MOST:
        return replace(todo, passed_over=skipped)
    good, failed, passed = set[str](), list(todo.failed), list(skipped)
    for each in cuts(source, todo.to_read):
        path = each.step.found.path
        if each.failure:
            failed.append(Failure(path, each.failure))
        elif each.passed_over:
            passed.append(_no_note(path, each.passed_over))
        else:
            good.add(path)
    added, changed, moved = (
        tuple(step for step in steps if step.found.path in good)
        for steps in (todo.added, todo.changed, todo.moved)
    )
    return replace(
        todo,
        added=added,
        changed=changed,
        moved=moved,
        failed=tuple(failed),
        passed_over=tuple(passed),
    )


def _no_note(path: str, reason: str) -> PassedOver:
    return PassedOver(path, 0, 0, "", reason)
