"""The Node.js SDKs, each driven by a small script that takes calls and prints what came of them, as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT = 60  # seconds

Outcome = dict[str, Any]  # either {"answer": …} or {"error": …}, the error as the SDK shows it


@dataclass(frozen=True, slots=True)
class NodeClients:
    """The scripts of a folder and the packages that they use."""

    folder: Path

    def absence(self) -> str:
        """Why they cannot run; empty when they can."""
        if shutil.which("node") is None:
            return "Node.js is not installed"
        if not (self.folder / "node_modules").is_dir():
            return "the Node.js SDKs are not installed: npm ci --prefix tests/clients/node"
        return ""

    def run(self, script: str, client: Mapping[str, Any], calls: list[Mapping[str, Any]]) -> list[Outcome]:
        """What came of each call, one after the other, through one client."""
        done = subprocess.run(
            ["node", self.folder / script],
            input=json.dumps({"client": client, "calls": calls}),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        # One SDK writes its log to the standard output; ours is the last line.
        return list(json.loads(done.stdout.splitlines()[-1]))
