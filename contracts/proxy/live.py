"""The lines that tell of exchanges while they pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape

from contracts.proxy.court import Told
from contracts.redaction import Redactor
from openapi.streams import visible

LONGEST_PATH = 60  # characters
COLUMN = 28  # columns of the name of an operation


@dataclass
class Live:
    """Writes a line for each exchange, and a finding in full when it is new."""

    console: Console
    redactor: Redactor
    account_of: Callable[[str], str]  # all there is to say of a broken clause
    count: int = field(default=0)

    def tell(self, told: Told) -> None:
        """Tell of one exchange."""
        self.count += 1
        passed = told.passed
        what = told.operation or self._path(told)
        seconds = max(passed.ended - passed.began, 0.0)
        line = f"{self.count:>5}  {passed.method:<6} {what:<{COLUMN}} {passed.status or '---'}  {seconds:>7.3f} s"
        self.console.print(f"{escape(visible(line))}  {self._verdict(told)}", soft_wrap=True)
        for clause in told.new:
            self.console.print(f"\n{escape(self.account_of(clause))}\n", soft_wrap=True)

    def _path(self, told: Told) -> str:
        path = self.redactor.text(told.passed.path)
        return path if len(path) <= LONGEST_PATH else f"{path[:LONGEST_PATH]}…"

    def _verdict(self, told: Told) -> str:
        if told.why:
            return f"[yellow]not judged: {escape(visible(self.redactor.text(told.why)))}[/]"
        if not told.broken:
            return "[green]ok[/]"
        names = dict.fromkeys(each.clause for each in told.broken)
        return f"[bold red]broken: {escape(', '.join(names))}[/]"
