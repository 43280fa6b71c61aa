"""A page whose commands are run, and whose output is what they printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

FENCED = re.compile(r"(?:<!-- (?P<note>[^\n]*?) -->\n)?```(?P<language>console|yaml)\n(?P<text>.*?)```\n", re.DOTALL)
PROMPT = "$ "
LONGEST = 80  # lines of output that are shown of one command
HEAD, TAIL = 26, 12  # of them before and after what is left out
PROGRESS = re.compile(
    r"\d+ of \d+ clauses (judged|rehearsed)|(judging|rehearsing) \d+ clauses? …|starting \d+ workers? …"
    r"|looking for what would let \d+ more be observed …"
)


@dataclass(frozen=True)
class Block:
    """A fenced part of a page."""

    language: str
    note: str  # what stands in a comment before it: what else happens while it runs
    text: str

    @property
    def commands(self) -> list[str]:
        """What is typed, a line each."""
        return [line.removeprefix(PROMPT) for line in self.text.splitlines() if line.startswith(PROMPT)]


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page, in their order."""
    for found in FENCED.finditer(text):
        yield Block(found["language"], found["note"] or "", found["text"])


def replayed(text: str, play: Callable[[Block], Sequence[str]]) -> str:
    """The page with the output that its commands have now; `play` gives one for each command of a block."""

    def written(found: re.Match[str]) -> str:
        block = Block(found["language"], found["note"] or "", found["text"])
        outputs = play(block)
        if block.language != "console":
            return found[0]
        lines = [
            line
            for command, output in zip(block.commands, outputs, strict=True)
            for line in (f"{PROMPT}{command}", *shown(output))
        ]
        head = found[0][: found.start("text") - found.start()]
        return "\n".join([head.rstrip("\n"), *lines, "```", ""])

    return FENCED.sub(written, text)


def shown(output: str) -> list[str]:
    """The lines that a page shows: without what tells that it goes on, and without the middle of what is long."""
    lines = [line.rstrip() for line in output.strip("\n").splitlines() if not PROGRESS.fullmatch(line.strip())]
    while lines and not lines[-1]:
        lines.pop()
    return lines if len(lines) <= LONGEST else [*lines[:HEAD], "…", *lines[-TAIL:]]
