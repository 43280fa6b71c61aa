"""How a run is told while it goes on: a line that is written anew, or a line now and then where none can be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from contracts.reports.terminal import is_interactive

FEW = 25  # clauses, about which nothing is said while they are judged
OFTEN = 10.0  # seconds after which something is said again


@dataclass
class Progress:
    """What was said of a run so far."""

    console: Console
    total: int = 0
    done: int = 0
    broken: int = 0
    told: float = 0.0  # when something was said last, in seconds since the start
    current: str = ""  # the clause that is being judged
    did: str = "judged"  # what was done with a clause
    left: float = 0.0  # seconds of a wait, as they were told last

    def start(self, workers: int) -> None:
        """Workers take a moment before there is anything to tell."""
        if workers:
            self._say(f"starting {workers} worker{'' if workers == 1 else 's'} …")

    def begin(self, total: int) -> None:
        """So many clauses are going to be judged."""
        self.begin_part(f"judging {total} clause{'' if total == 1 else 's'} …", total)

    def begin_part(self, line: str, total: int) -> None:
        """A part with so many clauses begins, as the line tells."""
        self.total, self.done = total, 0
        self._say(line)

    def waiting(self, what: str, left: float) -> None:
        """A real endpoint is waited for, so many seconds more: told all the time, or once where it takes long."""
        told = f"waiting {math.ceil(left)} s{f' for {what}' if what else ''}"
        if is_interactive(self.console):
            line = f"{self.done}/{self.total or '…'}  {self.broken} broken  {told}  {self.current}"
            self._write_anew(line[: self.console.width - 1])
        elif left > self.left and left >= OFTEN:
            self.console.print(f"{told}{f', judging {self.current}' if self.current else ''}", soft_wrap=True)
        self.left = left

    def say(self, line: str) -> None:
        """Something that has to be known at once."""
        self.clear()
        self.console.print(line, soft_wrap=True)

    def step(self, entry: dict[str, Any], now: float) -> None:
        """One more was judged, `now` seconds after the start."""
        self.done += 1
        self.broken += entry["verdict"] == "broken"
        if is_interactive(self.console):
            told = f"{self.done}/{self.total or '…'}  {self.broken} broken  {entry['id']}"
            self._write_anew(told[: self.console.width - 1])
        elif self.total and (self.done % max(-(-self.total // 10), FEW) == 0 or now - self.told >= OFTEN):
            self.told = now
            self.console.print(f"{self.done} of {self.total} clauses {self.did}")

    def clear(self) -> None:
        """Take the line away."""
        if is_interactive(self.console):
            self._write_anew("")

    def _say(self, line: str) -> None:
        if is_interactive(self.console):
            self._write_anew(line)
        else:
            self.console.print(line)

    def _write_anew(self, line: str) -> None:
        self.console.print(f"\r\x1b[2K{line}", end="", markup=False, soft_wrap=True)
