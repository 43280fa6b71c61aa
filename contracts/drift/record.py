"""A comparison for machines."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.drift.comparison import Change
from contracts.drift.outcome import Outcome
from contracts.drift.side import Side, Sight

SCHEMA_VERSION = 1
_KEPT = ("standing", "value", "quote", "verdict", "severity", "reason", "received", "follows")


def as_json(outcome: Outcome, today: date) -> dict[str, Any]:
    """The content of `contracts diff --json`, as diff.schema.json describes it."""
    comparison = outcome.comparison
    return {
        "schema_version": SCHEMA_VERSION,
        "first": _side(comparison.first),
        "second": _side(comparison.second),
        "relation": comparison.relation.name.lower().replace("_", "-"),
        "notes": list(comparison.notes),
        "changes": [_change(change, today) for change in comparison.changes],
        "expired": [known.as_json() for known in outcome.expired],
        "needless": [known.as_json() for known in outcome.needless],
        "summary": {
            "findings": len(outcome.findings),
            "drifts": len(outcome.drifts),
            "accepted": len(outcome.accepted),
            "as-before": len(outcome.as_before),
            "observed": len(outcome.observed),
            "lost": len(outcome.lost),
        },
    }


def _side(side: Side) -> dict[str, Any]:
    head = side.head
    told = {"target": head.target, "is_mock": head.is_mock, "started": head.started, "version": head.version}
    return {"file": side.path, **told, "clauses": len(side.entries)}


def _change(change: Change, today: date) -> dict[str, Any]:
    known = change.accepted
    return {
        "id": change.clause,
        "api": change.entry["api"],
        "source": change.entry["source"],
        "mover": change.mover.name.lower().replace("_", "-"),
        "weight": change.weight.value,
        "first": _sight(change.first),
        "second": _sight(change.second),
        "accepted": {**known.as_json(), "expired": known.is_over(today)} if known else None,
    }


def _sight(sight: Sight) -> dict[str, Any]:
    entry = sight.entry
    told: dict[str, Any] = {"state": sight.state.name.lower()}
    if entry is not None:
        told |= {name: entry[name] for name in _KEPT if name in entry}
        told["evidence"] = entry["evidence"][-1:]
    return told
