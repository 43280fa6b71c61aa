"""What a run created and could not remove, and what somebody may do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from contracts.safety.deletion import NO_DELETION

if TYPE_CHECKING:
    from contracts.safety.search import Candidate

BY_HAND = "nothing removes it through the API, however often it is tried; the provider's console may"
SHOWN = 5  # candidates named for each creation


def told(left: Mapping[str, Any]) -> str:
    """A task that may be left, in one line."""
    task = f"the task {left['task']}" if left["task"] else "perhaps a task of an unknown id"
    return f"{task} of {left['operation']}, account {left['account']}, sent {left['sent']}: {left['why']}"


def is_for_good(left: Mapping[str, Any]) -> bool:
    """Whether nothing that is sent to the API would remove a task."""
    return str(left["why"]).startswith(NO_DELETION)


def advice(journal: str, left: Mapping[str, Any], candidates: Sequence[Candidate]) -> Iterator[str]:
    """What to do about a task that is left; `candidates` are those that it might be."""
    if is_for_good(left):
        yield BY_HAND
        return
    if not candidates:
        yield f"`contracts cleanup {journal}` tries again; the provider's console removes it by hand"
        return
    for each in candidates[:SHOWN]:
        yield f"candidate: {each.task}" + (f", created {each.created}" if each.created else "")
    if len(candidates) > SHOWN:
        yield f"and {len(candidates) - SHOWN} more candidates"
    yield f"`contracts cleanup {journal} --remove ID` removes one of yours, `--keep ID` passes over another"
