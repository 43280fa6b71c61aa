"""The Node.js SDKs, each driven by a small script that takes calls and says what came of them, line by line as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "node"
MARK = "outcomes "  # starts the lines that are ours: one SDK writes its log to the standard output

Outcome = dict[str, Any]  # either {"answer": …} or {"error": …}, the error as the SDK shows it
Process = subprocess.Popen[str]


def absence() -> str:
    """Why the SDKs cannot run; empty when they can."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    if not (FOLDER / "node_modules").is_dir():
        return "the Node.js SDKs are not installed: npm ci --prefix tests/clients/node"
    return ""


@dataclass(slots=True)
class NodeClients:
    """One process for each script that is used; `processes` ends them."""

    environment: Mapping[str, str]
    processes: ExitStack
    _running: dict[str, Process] = field(default_factory=dict[str, Process])

    def run(self, script: str, client: Mapping[str, Any], calls: Sequence[Mapping[str, Any]]) -> list[Outcome]:
        """What came of each call, one after the other, through one new client."""
        process = self._running.get(script) or self._start(script)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"client": client, "calls": calls}) + "\n")
        process.stdin.flush()
        said = next((line for line in process.stdout if line.startswith(MARK)), "")
        assert said, self._log().read_text()
        return list(json.loads(said.removeprefix(MARK)))

    def _start(self, script: str) -> Process:
        process = subprocess.Popen(
            ["node", str(FOLDER / script)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.processes.enter_context(self._log().open("a")),
            text=True,
        )
        self._running[script] = self.processes.enter_context(process)
        return process

    def _log(self) -> Path:
        return Path(self.environment["HOME"]) / "node.log"
