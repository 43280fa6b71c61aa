"""Where the findings of generated requests are told: at the clause that each of them names, and once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from contracts.fuzz.finding import headline
from contracts.judgement import Verdict, unasked
from contracts.result import Result
from contracts.severity import Severity, severity_of
from contracts.wording import entry_text

Entry = dict[str, Any]


def settle(result: Result) -> None:
    """Give every clause that a finding names its verdict, wherever both are in the result.

    A clause that is broken already is not told of twice. The clause that was judged by the generated requests stays
    broken by what is its own, and by what belongs to a clause that is not in the result; otherwise it was not observed,
    as these requests ended where others were broken. Settling again changes nothing.
    """
    entries = {str(entry["id"]): entry for entry in result.entries}
    umbrellas = [entry for _, entry in sorted(entries.items()) if entry.get("findings")]
    told = [(umbrella, finding) for umbrella in umbrellas for finding in _give_up(umbrella, entries.keys())]
    for umbrella, finding in told:
        if entries[finding["clause"]]["verdict"] != Verdict.BROKEN:
            _tell(entries[finding["clause"]], finding, umbrella)


def _give_up(umbrella: Entry, present: Collection[str]) -> list[Entry]:
    """Leave an umbrella what is its own; the findings that belong to clauses that are present."""
    elsewhere = [
        each for each in umbrella["findings"] if each["clause"] != umbrella["id"] and each["clause"] in present
    ]
    kept = [each for each in umbrella["findings"] if each not in elsewhere]
    told_at = [*umbrella["told_at"], *(each["clause"] for each in elsewhere)]
    umbrella |= {"findings": kept, "told_at": list(dict.fromkeys(told_at))}
    if kept:
        expected, received = headline(umbrella["id"], [_told(each) for each in kept])
        _give(umbrella, expected, received, kept[0])
    elif not umbrella["found_by"]:
        _give_way(umbrella)
    return elsewhere


def _tell(entry: Entry, finding: Entry, umbrella: Entry) -> None:
    entry |= {"check": umbrella["check"], "found_by": umbrella["id"]}
    _give(entry, finding["expected"], finding["received"], finding)


def _give(entry: Entry, expected: str, received: str, shown: Entry) -> None:
    """The verdict that a finding leads to: nothing is broken that is owed to nobody."""
    severity = severity_of(entry["standing"], is_mock=shown["counts_assumed"])
    is_owed = severity is not Severity.LEARNED
    entry |= {
        "verdict": (Verdict.BROKEN if is_owed else Verdict.NOT_OBSERVED).value,
        "severity": severity.value,
        "reason": expected if is_owed else unasked(expected),
        "received": received,
        "evidence": shown["evidence"],
        "steps": shown["steps"],
    }
    entry["text"] = entry_text(entry) if is_owed else ""


def _give_way(umbrella: Entry) -> None:
    told: Iterable[str] = umbrella["told_at"]
    reason = f"generated requests broke other clauses, told there: {', '.join(told)}"
    umbrella |= {"verdict": Verdict.NOT_OBSERVED.value, "reason": reason, "received": "", "text": ""}
    umbrella |= {"severity": Severity.NONE.value, "evidence": [], "steps": 0}


def _told(finding: Entry) -> tuple[str, str, str]:
    return finding["clause"], finding["expected"], finding["received"]
