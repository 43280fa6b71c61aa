"""Plans of small parts of a run, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from contracts.calls.client import Run
from contracts.planning.plan import Plan, make_plan
from contracts.planning.rehearsal import RehearsedSuite
from contracts.selection import chosen
from tests.contracts.bent import spec

API = "tencent-cls"
TARGET = "https://cls.example.com"
TOPIC = "ee20bb16-3025-4048-b81a-dd436373062e"
PROFILE: Mapping[str, Any] = {
    "version": 1,
    "api": API,
    "target": TARGET,
    "accounts": {"first": {"credentials": "environment"}},
    "resources": {"topic": {"usable": [TOPIC]}},
}


def write(folder: Path, **changes: Any) -> Path:
    """A profile of which some sections are other ones."""
    path = folder / "cloud.yaml"
    path.write_text(yaml.safe_dump({**PROFILE, **changes}), encoding="utf-8")
    return path


def plan(path: Path, expression: str, url: str = "") -> Plan:
    """The plan of a run that judges the clauses that match."""
    suite = RehearsedSuite((API,), url, str(path), Run(max_examples=5))
    suite.__dict__["specs"] = {API: spec(API)}  # loaded once for all tests
    return make_plan(suite, chosen(suite.clauses, expression))
