"""What models run on here, and about how long embedding takes; asked without loading a library."""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable

from retrieval.model_table import Hardware, KnownModel

_TOKENS_A_CHARACTER = 0.6
"""Between Chinese, about one, and English, about a quarter."""
_OPERATIONS = 2
"""Operations for each parameter and token."""
_CORE_SPEED = 8e10
"""Operations a second that a core reaches in full precision, measured with a small encoder."""
_GPU_SPEED = 3e13
"""Operations a second that any graphics card of these years reaches in half precision."""
_SMI = ("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
_SMI_S = 5.0
_MIB = 2**20


def hardware(ask: Callable[[], str] | None = None) -> Hardware:
    """Return what this machine has.

    Args:
        ask: Asks for the graphics cards, a line `name, mebibytes` each.
    """
    name, memory = _first_card((ask or _cards)())
    return Hardware(_cores(), _memory(), name, memory)


def machine(found: Hardware) -> str:
    """Return the name under which measurements of this machine are kept."""
    return found.gpu or f"{platform.processor() or platform.machine()}, {found.cores} cores"


def seconds_to_embed(
    characters: int, model: KnownModel, found: Hardware, speed: float | None = None
) -> float:
    """Return about how long it takes to embed the notes.

    Args:
        characters: Characters of all notes.
        model: The encoder.
        found: What it runs on.
        speed: Characters a second that were measured here; None estimates them.
    """
    if speed:
        return characters / speed
    operations = characters * _TOKENS_A_CHARACTER * _OPERATIONS * model.computing
    return operations / (_GPU_SPEED if found.gpu else _CORE_SPEED * found.cores)


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30  # a system that does not say: what most have


def _cards() -> str:
    program = shutil.which(_SMI[0])
    if program is None:
        return ""
    try:
        asked = subprocess.run(  # noqa: S603 - a fixed command
            [program, *_SMI[1:]], capture_output=True, text=True, timeout=_SMI_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout


def _first_card(listed: str) -> tuple[str, int]:
    name, _, memory = listed.strip().partition("\n")[0].rpartition(",")
    try:
        return name.strip(), int(memory) * _MIB
    except ValueError:
        return "", 0
