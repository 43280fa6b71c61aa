"""What is said of a name that leads nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

Mistake = tuple[str, str]  # the JSON pointer of the place, and a sentence


def unknown(name: str, known: Collection[str], what: str, pointer: str) -> Iterator[Mistake]:
    """The mistake that `name` is, if it is none of those that are known."""
    if name not in known:
        near = get_close_matches(name, known, n=1)
        listed = ", ".join(sorted(known)) or "none"
        hint = f"did you mean {near[0]!r}?" if near else f"there are {listed}"
        yield pointer, f"{name!r} is {what}; {hint}"


def twice(names: Iterable[tuple[str, str]], what: str) -> Iterator[Mistake]:
    """The names, each with its pointer, that were there before."""
    seen: set[str] = set()
    for name, pointer in names:
        if name in seen:
            yield pointer, f"{name!r} is the {what} of an earlier one, and each has its own"
        seen.add(name)
