"""How models stand on a terminal."""

from collections.abc import Sequence

from app.commands.printing import plain
from app.embedding_replies import EmbeddingReply
from app.models.listing import ListedModel
from app.models.standing import ModelStanding, State
from retrieval.model_table import Hardware, Role

_MINUTE = 60
_HOUR = 3_600
_SHORT = 90


def show_list(rows: Sequence[ListedModel], found: Hardware, characters: int) -> None:
    """Print the models that are known."""
    memory = f"{found.memory / 2**30:.0f} GiB"
    card = f", {found.gpu} with {found.gpu_memory / 2**30:.0f} GiB" if found.gpu else ", no GPU"
    print(f"This machine: {found.cores} cores, {memory}{card}. Notes: {characters:,} characters.")
    for role in Role:
        print(f"\n{'name':<21}{'size':>9}  {'embeds in':<16}{'licence':<12}{role}s")
        for row in rows:
            if row.model.role is role:
                print(_line(row))
    print("\n* in use, + on this machine, > proposed for it, ! too large for its memory.")
    print("`footnote models pull NAME` brings one. Times are measured here where one was pulled.")


def show_standing(
    stands: Sequence[ModelStanding], found: Hardware, embedding: EmbeddingReply | None
) -> None:
    """Print how the models in use stand."""
    for stand in stands:
        if stand.state is State.NONE:
            print(f"{stand.role}: none. `footnote models list` names some.")
            continue
        print(plain(f"{stand.role}: {stand.name}, {stand.state}"))
        if stand.problem:
            print(plain(f"  {stand.problem}"))
        for name in ("id", "folder", "revision", "licence", "verified"):
            value = getattr(stand, name)
            if value:
                print(plain(f"  {name}: {value}"))
        if stand.precision:
            print(f"  computes in {stand.precision} on {found.gpu or f'{found.cores} cores'}")
        for each in stand.measured:
            print(
                f"  {each.precision}: {each.passages_per_s:.1f} passages a second, cosine to fp32 "
                f"{each.mean_cosine:.4f} (least {each.least_cosine:.4f})"
            )
    if embedding is not None and embedding.model:
        print(f"{embedding.embedded} of {embedding.points} passages are embedded.")
        for weight in embedding.weights:
            print(f"  weight for {weight.language}: {weight.weight:.2f}")


def time_told(seconds: float) -> str:
    """Return a length of time as a reader says it."""
    if seconds < _SHORT:
        return f"about {max(1, round(seconds))} s"
    if seconds < _SHORT * _MINUTE:
        return f"about {round(seconds / _MINUTE)} min"
    return f"about {seconds / _HOUR:.0f} h"


def _line(row: ListedModel) -> str:
    model = row.model
    marks = ((row.chosen, "*"), (row.pulled, "+"), (row.proposed, ">"), (not row.fits, "!"))
    mark = next((sign for holds, sign in marks if holds), " ")
    size = f"{model.bytes / 1e6:,.0f} MB"
    time = "" if row.seconds is None else time_told(row.seconds)
    facts = [model.languages]
    facts += [f"{model.dimension} d"] if model.dimension else []
    facts += [f"{score.benchmark} {score.value}" for score in model.scores]
    facts += [model.note] if model.note else []
    return f"{mark} {model.name:<19}{size:>9}  {time:<16}{model.licence:<12}{'; '.join(facts)}"
