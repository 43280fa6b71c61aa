"""docs/configuration.md, done as it says: `python -m tests.pages.configuration` writes it anew."""

from __future__ import annotations

import re
import shlex
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.pages.page import Block, replayed
from tests.shell import ROOT, Shell

PAGE = ROOT / "docs" / "configuration.md"
FILE = "mockserver.yaml"
MISTAKES = {"running: 30": "runing: 30"}
CHANGED = re.compile(r"(?P<file>\S+) is changed while the mock runs: (?P<old>.*) -> (?P<new>.*)")
PATIENCE = 300.0  # seconds until the mock has said that it noticed


@dataclass(frozen=True)
class Player:
    """Somebody who reads the page, and does what it says in an empty folder."""

    shell: Shell

    def play(self, block: Block) -> list[str]:
        """What each command of a block printed; YAML goes into the file that stands before it."""
        if block.language == "yaml":
            self._write(block.note, block.text)
            return []
        changed = CHANGED.fullmatch(block.note)
        if changed:
            return [self._served(command, changed) for command in block.commands]
        return [self.shell.run(command.replace("sed -i ", "sed -i.old "))[1] for command in block.commands]

    def _write(self, name: str, text: str) -> None:
        (self.shell.folder / name).write_text(text)
        for right, wrong in MISTAKES.items():
            text = text.replace(right, wrong)
        (self.shell.folder / "mistaken.yaml").write_text(text)

    def _served(self, command: str, changed: re.Match[str]) -> str:
        """What the mock says after its file was changed."""
        path = self.shell.folder / changed["file"]
        with self.shell.start(f"exec {command} --port 0") as process:
            deadline = threading.Timer(PATIENCE, process.kill)
            deadline.start()
            try:
                assert process.stdout is not None
                next(line for line in process.stdout if "Ctrl-C ends the mock" in line)
                new = path.with_suffix(".new")  # as editors do it: the mock sees no half of it
                new.write_text(path.read_text().replace(changed["old"], changed["new"]))
                new.replace(path)
                return next((line for line in process.stdout if "mockserver: " in line), "nothing")
            finally:
                deadline.cancel()
                process.terminate()


def player(folder: Path) -> Player:
    """A reader with an empty folder."""
    shell = Shell(folder, {})
    shell.provide("mockserver", f'exec {shlex.quote(sys.executable)} -m mockserver "$@"')
    return Player(shell)


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        PAGE.write_text(replayed(PAGE.read_text(encoding="utf-8"), player(Path(scratch)).play), encoding="utf-8")
