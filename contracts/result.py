"""What came of a run: its head, an entry per clause, and how many ended how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.severity import Severity

SCHEMA_VERSION = 1
INTERRUPTED = "interrupted"  # why a run ended early: the user wanted it
Entry = dict[str, Any]  # of a clause, as it stands in a result file


@dataclass(frozen=True, slots=True)
class Head:
    """What was asked for, of whom, and when."""

    target: str
    apis: tuple[str, ...] = ()  # names of the specs, companions included
    select: str = ""  # the expression of -k
    quick: bool = False  # whether fuzzing was left out
    seed: int = 0
    max_examples: int = 0
    shard: str = ""  # `1/4`; `1,3/4` where others are missing after a merge; empty for the whole
    version: str = ""  # of the contracts
    started: str = ""  # ISO 8601, in UTC
    is_mock: bool = True  # False: a real endpoint, which owes only what its pages say

    def as_json(self) -> dict[str, Any]:
        """The members at the top of a result file."""
        return {
            "version": self.version,
            "target": self.target,
            "is_mock": self.is_mock,
            "apis": list(self.apis),
            "select": self.select,
            "quick": self.quick,
            "seed": self.seed,
            "max_examples": self.max_examples,
            "shard": self.shard,
            "started": self.started,
        }


@dataclass
class Result:
    """What came of a run, as its result file tells it."""

    head: Head
    entries: list[Entry] = field(default_factory=list)
    selected: int = 0  # clauses that there were to judge
    duration: float = 0.0  # seconds
    stopped: str = ""  # why it ended before everything was judged
    mistakes: list[str] = field(default_factory=list)  # of the suite itself
    spent: dict[str, Any] = field(default_factory=dict)  # of the budget of a real endpoint; empty: a mock's
    notes: list[str] = field(default_factory=list)  # what else a reader has to know of a real endpoint
    journal: dict[str, Any] = field(default_factory=dict)  # of what was created; empty: nothing could be

    @property
    def target(self) -> str:
        """How a report calls the server."""
        return self.head.target

    def as_json(self) -> dict[str, Any]:
        """The content of the result file."""
        ordered = sorted(self.entries, key=lambda entry: str(entry["id"]))
        return {
            "schema_version": SCHEMA_VERSION,
            **self.head.as_json(),
            "selected": self.selected,
            "duration": self.duration,
            "stopped": self.stopped,
            "mistakes": self.mistakes,
            "spent": self.spent,
            "notes": self.notes,
            "journal": self.journal,
            "readings": self.readings,
            "clauses": ordered,
            "summary": {"total": len(ordered), **self.count(ordered), "apis": self._by_api()},
        }

    @property
    def readings(self) -> dict[str, dict[str, Any]]:
        """The readings of which a real endpoint follows another answer than the default: it, and the clauses that told.

        A key is `api/reading`.
        """
        found: dict[str, dict[str, Any]] = {}
        for entry in sorted(self.entries, key=lambda entry: str(entry["id"])):
            for reading, answer in entry.get("follows", {}).items():
                each = found.setdefault(f"{entry['api']}/{reading}", {"answer": answer, "clauses": []})
                each["clauses"].append(entry["id"])
        return found

    def sort(self, clauses: Iterable[str]) -> None:
        """Put the entries into the order of these ids, whoever judged them, and when."""
        places = {clause: place for place, clause in enumerate(clauses)}
        self.entries.sort(key=lambda entry: (places.get(entry["id"], len(places)), entry["id"]))

    def with_verdict(self, verdict: str) -> list[Entry]:
        """The entries that ended so."""
        return [entry for entry in self.entries if entry["verdict"] == verdict]

    def that(self, meets: Callable[[Entry], bool]) -> list[Entry]:
        """The entries that are failing, warnings, known, or learned, as the functions below say."""
        return [entry for entry in self.entries if meets(entry)]

    @staticmethod
    def count(entries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        """How many ended with each verdict, how many of the broken ones are `known` and `warnings`, and what is new."""
        found = Counter[str]()
        for entry in entries:
            marks = {"known": is_known(entry), "warnings": is_warning(entry), "learned": is_learned(entry)}
            found.update((str(entry["verdict"]), *(name for name, applies in marks.items() if applies)))
        return {name: found[name] for name in ("held", "broken", "known", "warnings", "not-observed", "learned")}

    def _by_api(self) -> dict[str, dict[str, int]]:
        return {api: self.count(entries) for api, entries in self.by_api()}

    def by_api(self) -> Iterator[tuple[str, list[Entry]]]:
        """The entries of each API."""
        for api in dict.fromkeys(str(entry["api"]) for entry in self.entries):
            yield api, [entry for entry in self.entries if entry["api"] == api]


def is_known(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is of a broken clause that a baseline accepts, and still does."""
    return entry["verdict"] == "broken" and "known" in entry and not entry["known"]["expired"]


def is_warning(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is of a broken clause that is told, but does not fail a run."""
    return entry["verdict"] == "broken" and entry["severity"] == Severity.WARNING and not is_known(entry)


def is_failing(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is of a broken clause that fails a run."""
    return entry["verdict"] == "broken" and not is_warning(entry) and not is_known(entry)


def is_learned(entry: Mapping[str, Any]) -> bool:
    """Whether an entry tells what a real endpoint does where nobody, or not everybody, says what it ought to do."""
    return bool(entry["severity"] == Severity.LEARNED)
