"""A warning is told in full, and fails neither pytest nor the command."""

import io
from dataclasses import dataclass

import pytest
from rich.console import Console

from contracts.commands.outcome import Reporting, tell
from contracts.judgement import Judgement, Verdict
from contracts.running import Plan, run
from contracts.severity import Severity
from contracts.suite import Suite
from openapi.clauses import Clause

API = "tencent-cls"
SELECT = "CreateExport and Count and maximum"


@dataclass
class Blaming(Suite):
    """A suite that finds every clause broken, and says how much that matters."""

    severity: Severity = Severity.WARNING

    def judge(self, clause: Clause) -> Judgement:
        return Judgement(clause, Verdict.BROKEN, "looks", "more", self.severity, received="less")


@pytest.mark.parametrize(
    ("severity", "of_pytest", "of_the_command"), [(Severity.WARNING, 0, 0), (Severity.ERROR, 1, 1)]
)
def test_only_an_error_fails(severity: Severity, of_pytest: int, of_the_command: int) -> None:
    plan = Plan(apis=(API,), select=SELECT)
    plan.__dict__["suite"] = Blaming((API,), severity=severity)
    code, result = run(plan, Console(file=io.StringIO()))
    assert code == of_pytest
    assert tell(result, plan.suite.specs, Reporting({})) == of_the_command
    assert [(entry["verdict"], entry["severity"]) for entry in result.entries] == [("broken", severity.value)]
    assert result.entries[0]["text"].startswith(f"{API}/CreateExport/Count/maximum\n  promised  ")
