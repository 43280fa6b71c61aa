"""Known findings: broken clauses that are accepted for a reason, by somebody, until a day."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Draft202012Validator

from contracts.result import Result
from openapi.document import SHARED, SpecError, join, line_of, read
from openapi.loader import names

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("baseline.schema.json").read_text(encoding="utf-8"))
VERSION = SCHEMA["properties"]["schema_version"]["const"]


class BaselineError(ValueError):
    """A baseline that cannot be used; the message names the file, the line and what would be right."""


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that does not fail a run for now."""

    clause: str  # its id, or several: `*` stands for any characters
    reason: str
    owner: str
    until: date  # the last day on which it is accepted, in UTC

    @property
    def is_pattern(self) -> bool:
        """Whether it may be about several clauses."""
        return "*" in self.clause

    def covers(self, clause: str) -> bool:
        """Whether it is about a clause, by its id."""
        return re.fullmatch(".*".join(map(re.escape, self.clause.split("*"))), clause) is not None

    def is_over(self, today: date) -> bool:
        """Whether it is accepted no more."""
        return today > self.until

    def as_json(self) -> dict[str, str]:
        """Its form in a baseline."""
        return {**asdict(self), "until": self.until.isoformat()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a baseline had to do with a result; each in the order of the baseline."""

    expired: tuple[Known, ...] = ()  # broken, and accepted no more
    fixed: tuple[Known, ...] = ()  # held now: to be taken out


def load_baseline(path: Path) -> tuple[Known, ...]:
    """The findings of a baseline, in YAML or JSON, as `baseline.schema.json` describes it. Raises BaselineError."""
    try:
        raw = read(path)
    except SpecError as error:
        raise BaselineError(str(error)) from error
    wrong = next(iter(Draft202012Validator(SCHEMA, validate_formats=True).iter_errors(raw)), None)
    if wrong is not None:
        pointer = join("", *wrong.instance_path)
        where = f" (at {pointer})" if pointer else ""
        raise BaselineError(f"{path}:{line_of(path, pointer)}: {wrong.message}{where}")
    seen: set[str] = set()
    for index, each in enumerate(raw["findings"]):
        if each["clause"] in seen:
            raise BaselineError(f"{path}:{line_of(path, f'/findings/{index}')}: {each['clause']} is given twice")
        seen.add(each["clause"])
    return tuple(Known(**{**each, "until": date.fromisoformat(each["until"])}) for each in raw["findings"])


def check_names(path: Path, findings: Iterable[Known], clauses: Collection[str]) -> None:
    """Raise BaselineError for a finding at a clause that there is not.

    `clauses` are the ids of the specs at hand; nothing is said of the other APIs that come with the package.
    """
    at_hand = {name.partition("/")[0] for name in clauses}
    others = {*names(), *(spec.stem for spec in SHARED.glob("*.yaml"))} - at_hand
    for index, known in enumerate(findings):
        if any(map(known.covers, clauses)) or known.clause.partition("/")[0] in others:
            continue
        near = get_close_matches(known.clause, clauses, n=3, cutoff=0.5)
        hint = f"near it: {', '.join(near)}" if near else "`contracts clauses` lists them all"
        line = line_of(path, f"/findings/{index}")
        raise BaselineError(f"{path}:{line}: there is no clause {known.clause!r}; {hint}")


def accept(result: Result, findings: Iterable[Known], today: date) -> Outcome:
    """Mark the broken clauses of a result that are known: those whose last day is not over do not fail it.

    What an earlier baseline marked, before results were merged, counts no longer.
    """
    for entry in result.entries:
        entry.pop("known", None)
    expired, fixed = [], []
    for known in named_first(findings):
        covered = [entry for entry in result.entries if known.covers(str(entry["id"]))]
        broken = [entry for entry in covered if entry["verdict"] == "broken"]
        told = {name: value for name, value in known.as_json().items() if name != "clause"}
        for entry in broken:
            entry.setdefault("known", {**told, "expired": known.is_over(today)})
        expired += [known] if broken and known.is_over(today) else []
        fixed += [known] if not broken and any(entry["verdict"] == "held" for entry in covered) else []
    return Outcome(tuple(expired), tuple(fixed))


def named_first(findings: Iterable[Known]) -> list[Known]:
    """The findings in an order in which the first that covers a clause is the one that counts."""
    return sorted(findings, key=lambda known: known.is_pattern)


def extend(findings: Iterable[Known], result: Mapping[str, Any], reason: str, owner: str, until: date) -> list[Known]:
    """The findings, and one for each broken clause of a result file that is not among them, by id."""
    kept = list(findings)
    broken = sorted(str(entry["id"]) for entry in result["clauses"] if entry["verdict"] == "broken")
    return [
        *kept,
        *(Known(name, reason, owner, until) for name in broken if not any(known.covers(name) for known in kept)),
    ]


def write(path: Path, findings: Iterable[Known]) -> None:
    """Write a baseline: JSON where the file is named so, else YAML."""
    content = {"schema_version": VERSION, "findings": [known.as_json() for known in findings]}
    if path.suffix == ".json":
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    else:
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    path.write_text(text, encoding="utf-8")
