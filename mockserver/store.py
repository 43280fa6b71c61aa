"""What the mock has to remember, as a protocol: how it is kept is the business of each implementation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mockserver.noted import Exchanges
from mockserver.task import Task

if TYPE_CHECKING:
    from mockserver.lines import Ordered, Part
    from mockserver.traits import Kind, Trait
    from openapi.model import Phase


class StoreError(Exception):
    """Why a store cannot be used, or cannot be reached now; one line, without anything secret."""


class InDoubt(StoreError):
    """Why it is not known whether what was done is kept."""


class Outdated(Exception):
    """Somebody has changed what several things together relied on: nothing is kept, and all can be done again."""


class Busy(StoreError):
    """Somebody else has the store, for whom one who must not wait would have to wait: nothing was done."""


class Conflict(Exception):
    """A document is not the one any more that was to be replaced."""


class Apart(Exception):
    """Somebody else has what an account holds, whom one who does several things together must not wait for."""


Limit = tuple[str, str, str]  # API, account, rate limit
Strikes = tuple[int, float]  # failed authentications since the last good one, and when the last of them was


@dataclass(frozen=True, slots=True)
class Kept:
    """All that a store remembers, at one moment."""

    tasks: tuple[Task, ...] = ()  # those of one account at one API in the order of their creation
    calls: Mapping[Limit, tuple[float, ...]] = field(default_factory=dict[Limit, tuple[float, ...]])  # oldest first
    numbers: Mapping[str, int] = field(default_factory=dict[str, int])  # the last that was given, by API
    strikes: Mapping[str, Strikes] = field(default_factory=dict[str, Strikes])  # by access key


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what is too large to be read or written at once: of records."""

    of: str  # by which name they are kept
    number: int  # from 0
    rows: int  # how many it has
    content: bytes = field(repr=False)


class Shown(Protocol):
    """The tasks of one account at one API, to look at."""

    def get(self, task_id: str) -> Task | None: ...

    def named(self, file_name: str) -> Task | None:
        """The task whose file has this name."""
        ...

    def tasks(self, scope: str, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        """In the order of creation, of one scope, but the first so many; the empty scope is all of them."""
        ...

    def page(self, scope: str, part: Part) -> tuple[list[Task], int]:
        """A part of these tasks, and how many there are in all. Raises Unlisted."""
        ...

    def count(self, scope: str = "") -> int: ...

    def line(self, scope: str, trait: Trait) -> Ordered | None:
        """Those of a scope that have a trait; None: they are not listed apart."""
        ...

    def in_phases(self, scope: str, phases: Collection[Phase], now: float) -> Ordered | None:
        """Those of a scope that are in one of these phases at `now`; None: they are not listed apart."""
        ...


class Holdings(Shown, Protocol):
    """What one account holds at one API. Nobody else reads or changes it while it is open.

    Everything may raise StoreError; then nothing of what was done since it was opened is kept.
    """

    def add(self, task: Task) -> None: ...

    def same(self, key: str) -> Task | None:
        """The task that one with the same key replaces."""
        ...

    def replace(self, task: Task) -> None:
        """Put `task` in the place of the one with its id. Raises KeyError when there is none."""
        ...

    def remove(self, task_id: str) -> None:
        """Forget the task; nothing happens when there is none."""
        ...

    def earliest(self, skip: int = 0) -> Task | None:
        """The first task after so many."""
        ...

    def count_unfinished(self, now: float, limit: int | None = None) -> int:
        """How many tasks have not ended; where these are fewer than `limit`, it may be any number below that."""
        ...

    def spend(self, limit: str, requests: int, seconds: float, now: float) -> float:
        """Count one call against a rate limit. Answers 0 when it may go ahead, else the seconds until one may."""
        ...

    def spent(self, limit: str, seconds: float, now: float) -> int:
        """How many of the calls that were counted against a rate limit still count at `now`."""
        ...


class Together(Protocol):
    """Several things that are done, of which all are kept, or nothing."""

    @property
    def has_failed(self) -> bool:
        """Whether nothing of them will be kept."""
        ...


class Store(Protocol):
    """Everything that is remembered, of all accounts at all APIs. Everything may raise StoreError.

    Safe to share between threads, and between processes that were forked before it was first used.
    """

    @property
    def is_shared(self) -> bool:
        """Whether other processes may have the same store."""
        ...

    @property
    def is_slow(self) -> bool:
        """Whether every call has to wait, as for a network, so that others should not have to wait for it."""
        ...

    @property
    def exchanges(self) -> Exchanges | None:
        """Where exchanges are kept for all who have the store; None: nobody else can have it."""
        ...

    def list_by(self, api: str, kinds: Collection[Kind]) -> None:
        """Expect that clients filter the tasks of an API by these kinds of traits, and be quick where there are many.

        Others can be asked for, too.
        """
        ...

    def holdings(self, api: str, account: str) -> AbstractContextManager[Holdings]:
        """What one account holds at one API, held exclusively; what is done to it is done when the context ends.

        A thread opens one at a time, and calls the store itself only for `next_number` and documents meanwhile.
        """
        ...

    def at_once(self) -> AbstractContextManager[object]:
        """Where this thread would have to wait meanwhile for others, Busy is raised; not by a store that is slow."""
        ...

    def when_free(self, told: Callable[[], object]) -> None:
        """Call `told`, in any thread, once it is worth trying again what raised Busy; perhaps never."""
        ...

    def together(self, number: int) -> AbstractContextManager[Together]:
        """What this thread does meanwhile for so many requests is done when the context ends, all of it, or nothing.

        Holdings that are opened meanwhile stay so. Where another has those of an account, opening them raises Apart,
        unless they are the first, which are waited for a moment; a strike may raise it, too. Nothing was done then.
        Anything may raise Outdated. At its end it raises StoreError where nothing is kept, InDoubt where nobody knows.
        """
        ...

    def next_number(self, api: str) -> int:
        """1, 2, 3 … at each API."""
        ...

    def find(self, task_id: str) -> Task | None:
        """A task of any account at any API."""
        ...

    def all_tasks(self) -> list[Task]:
        """The tasks of all accounts at all APIs, those of one account in the order of their creation."""
        ...

    def strike(self, key: str, now: float) -> None:
        """Remember one more failed authentication of an access key."""
        ...

    def strikes(self, key: str) -> tuple[int, float]:
        """The failed authentications since the last good one, and when the last of them was.

        They are as they were when this thread last asked for the revision, or later.
        """
        ...

    def forgive(self, key: str) -> None:
        """Forget the failed authentications of an access key."""
        ...

    def forget(self, account: str) -> None:
        """Forget everything that an account holds, at all APIs."""
        ...

    def reset(self) -> None:
        """Forget everything."""
        ...

    def dump(self) -> Kept:
        """Everything, as it is at one moment."""
        ...

    def load(self, kept: Kept) -> None:
        """Remember this in place of everything: all of it, or, if that fails, what there was."""
        ...

    def revision(self) -> int:
        """Grows whenever a document changes, whoever changed it. Costs little: it may be asked for each call."""
        ...

    def documents(self, since: int = 0) -> Mapping[str, tuple[int, bytes]]:
        """What is shared besides, by name: the revision at which it last changed, and its content.

        Only what has changed after the revision `since`.
        """
        ...

    def document(self, name: str) -> tuple[int, bytes] | None:
        """One of them; None where there is none of this name."""
        ...

    def put_document(self, name: str, content: bytes | None, version: int | None = None) -> int:
        """Keep a content, or forget it (None), and answer the new revision; `version` is what it has to have yet.

        0 is the version of a document that is not there. Raises Conflict.
        """
        ...

    def changing(self) -> AbstractContextManager[object]:
        """Nobody else changes a document meanwhile; what is put is put when the context ends.

        It may be entered in the open holdings of the thread, whose part it is then.
        """
        ...

    def alone(self) -> AbstractContextManager[object]:
        """Nobody else does anything that changes the store meanwhile.

        In a store that lasts nothing of what was done stays when any error ends the context. It is entered before
        anything else is: not in open holdings, nor while documents are changed.
        """
        ...

    def holds(self, seeds: Collection[str]) -> set[str]:
        """Those of these seeds of loaded records that some task has."""
        ...

    def put_piece(self, piece: Piece, at: float) -> None:
        """Keep a piece, unless it is there already, and when that was, in epoch seconds."""
        ...

    def piece(self, of: str, number: int) -> Piece | None:
        """The piece of this name and number."""
        ...

    def pieces(self) -> Mapping[str, tuple[int, float]]:
        """By name, how many rows the pieces have that are there, and when one was put there last."""
        ...

    def forget_pieces(self, of: str, most: int) -> bool:
        """Forget the last pieces of a name, at most so many; whether there were any."""
        ...

    def close(self) -> None:
        """Leave what the store is kept in. It is opened again when it is used again."""
        ...
