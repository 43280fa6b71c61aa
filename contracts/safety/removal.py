"""Removing what a journal tells of: what was made, and what was asked for in vain, as far as it surely is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from contracts.calls.client import Api, Reader, Run
from contracts.check import NotObserved
from contracts.safety.deletion import delete
from contracts.safety.journal import Entry, Journal, State
from contracts.safety.search import Candidate, groups, search
from contracts.target import Target, TooLong, Unavailable, Unreachable
from openapi.model import Spec

SETTLING = 10.0  # seconds that a creation without an answer is given to show in a list


@dataclass
class Remover:
    """Removes the tasks of one journal from the endpoint that it tells of."""

    target: Target
    specs: Mapping[str, Spec]
    journal: Journal
    run: Run = field(default_factory=Run)
    settling: float = SETTLING
    claimed: frozenset[str] = frozenset()  # tasks that somebody says are among those of the journal
    foreign: frozenset[str] = frozenset()  # … and that are not
    candidates: dict[int, tuple[Candidate, ...]] = field(
        default_factory=dict[int, tuple[Candidate, ...]]
    )  # by the number of an entry that is left: what it might be
    readers: dict[tuple[str, str], Reader] = field(default_factory=dict[tuple[str, str], Reader])

    def remove_made(self, api: str, kept: AbstractSet[str] = frozenset()) -> None:
        """Delete every task of an API that is known to be there; not those kept, nor what could not be before."""
        made = (each for each in self.journal.open_entries() if each.state is State.MADE)
        self._remove([each for each in made if each.creation.api == api and each.task not in kept])

    def remove_all(self) -> None:
        """Delete every task, those too that have to be looked for, and those that could not be deleted before."""
        entries = list(self.journal.open_entries())
        self._remove([each for each in entries if each.task])
        unanswered = [each for each in entries if not each.task]
        if unanswered:
            with self.target.tidying():
                self._let_settle(unanswered)
        for alike in groups(unanswered):
            self._find(alike)
        self._remove([each for each in unanswered if each.state is State.MADE])

    def _remove(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            with self.target.tidying():
                self.target.reset()
                try:
                    delete(self._api(entry), entry)
                except (NotObserved, Unavailable, Unreachable) as error:
                    entry.left(str(error))
                else:
                    entry.removed()

    def _api(self, entry: Entry) -> Api:
        creation = entry.creation
        if creation.api not in self.specs:
            raise NotObserved(f"no spec of {creation.api} is at hand")
        return Api(self.target, self.specs[creation.api], creation.account, self.run, self.readers)

    def _let_settle(self, entries: Sequence[Entry]) -> None:
        """Wait until what was sent last has had the time to show."""
        last = max(each.answered or each.creation.sent for each in entries)
        seconds = (last + timedelta(seconds=self.settling) - self.target.now()).total_seconds()
        self.target.reset()
        if 0 < seconds <= self.settling:
            with suppress(TooLong):
                self.target.wait(seconds)

    def _find(self, alike: Sequence[Entry]) -> None:
        """Learn which tasks are those of creations that asked for the same, and which ones there never were."""
        known = self.foreign | {each.task for each in self.journal.entries if each.task}
        with self.target.tidying():
            self.target.reset()
            try:
                found = search(self._api(alike[0]), alike, known)
            except (NotObserved, Unavailable, Unreachable) as error:
                for each in alike:
                    each.left(f"its creation was not answered: {error}")
                return
        own = (each.task for each in found.candidates if each.task in self.claimed)
        tasks = iter((*found.tasks, *own))
        for each in alike:
            if task := next(tasks, ""):
                each.made(task, each.answered or self.target.now())
            elif found.doubt:
                self.candidates[each.number] = found.candidates
                each.left(f"its creation was not answered: {found.doubt}")
            else:
                each.absent()
