"""What pytest reports, and what a result file says, without what belongs to the holders of accounts."""

from __future__ import annotations

from typing import Any

from contracts.redaction.redactor import Redactor

_OBSERVED = ("reason", "received", "evidence", "findings")  # everything else is the spec's


def entry_without(entry: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """The entry of a result file, placeholders in all that was observed."""
    return {name: redactor.json(value) if name in _OBSERVED else value for name, value in entry.items()}


def report_without(report: Any, redactor: Redactor) -> None:
    """Take it out of a report: of what failed, of why something was skipped, of what was printed."""
    if redactor.is_open:
        return
    report.longrepr = _text_of(report.longrepr, redactor)
    report.sections = [(name, redactor.text(content)) for name, content in report.sections]


def _text_of(told: Any, redactor: Redactor) -> Any:
    if told is None:
        return None
    if isinstance(told, tuple):  # why a test was skipped, and where
        path, line, reason = told
        return path, line, redactor.text(reason)
    return redactor.text(str(told))
