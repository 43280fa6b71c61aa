"""The life of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from openapi.model.sources import Citation


class Phase(StrEnum):
    """Where a task is in its life; the word on the wire is the spec's."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


UNFINISHED = frozenset({Phase.QUEUED, Phase.RUNNING})


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The life of a task: the words of its phases and how long each lasts."""

    words: Mapping[Phase, str]  # only the phases that the provider knows
    citations: Mapping[Phase, Citation]
    queued_seconds: float
    running_seconds: float
    kept_seconds: float | None  # from the end to the expiry; None: never expires
    kept_citation: Citation | None
    progress: tuple[int, int]  # percent at the start and at the end
    task_id: str  # template: {uuid}, {hex24}, {number}
