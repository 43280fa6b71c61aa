"""How a run of our own judges an item: at once, as a clause has nothing that is set up before or torn down after."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO

import pytest

from contracts.plugin import ClauseItem


@dataclass(eq=False)  # pytest keeps its plugins in a set
class OnePhase:
    """A plugin of pytest that leaves out two of the three phases of an item, which take longer than most verdicts.

    What is printed meanwhile is nobody's to read, as where pytest itself captures it.
    """

    unread: StringIO = field(default_factory=StringIO)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Judge a clause, and report it; None for any other item."""
        if not isinstance(item, ClauseItem):
            return None
        hook = item.ihook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        with redirect_stdout(self.unread), redirect_stderr(self.unread):
            call = pytest.CallInfo.from_call(item.runtest, "call", (pytest.exit.Exception, KeyboardInterrupt))
        self.unread.truncate(self.unread.seek(0))
        hook.pytest_runtest_logreport(report=hook.pytest_runtest_makereport(item=item, call=call))
        return True
