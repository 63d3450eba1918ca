"""The named places at which a program is ended: all that the code says it reaches."""

PLACES = {
    "before upsert": 2,
    "mid upsert": 2,
    "after upsert": 2,
    "after swap": 2,
    "after remove": 2,
    "after mend": 1,
    "mid mend": 1,
    "mid encoding": 2,
    "before settling": 2,
    "mid settling": 2,
    "before re-encoding": 2,
    "after re-encoding": 2,
    "before failures": 2,
    "after failures": 2,
    "end": 2,
    "mid turn": 2,
    "after turn": 2,
}
"""Each with how many times it is tried; a program mends once, when it starts."""

OF_THE_SCHEMA = ("after schema copy", "before schema commit")
"""Places of a start that finds an older schema, which has tests of its own."""

OF_A_REBUILD = ("before switch", "after switch")
"""Places where one index takes over from another; tests/app/test_rebuilding.py ends it there."""

OF_EMBEDDING = (
    "before vectors",
    "after vectors",
    "after vectors removed",
    "after settled",
    "before vector switch",
    "after vector switch",
)
"""Places while notes are embedded; tests/crash/test_embedding.py ends it there."""
