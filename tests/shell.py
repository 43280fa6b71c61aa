"""A shell that runs what a page or a workflow says, with the commands of this checkout on its path."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 600.0  # seconds that a process may take on a machine that has much else to do


@dataclass(frozen=True)
class Shell:
    """A folder in which scripts are run as CI systems run them: the first command that fails ends one."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, script: str, **more: str) -> tuple[int, str]:
        """The exit code and everything that was said."""
        with self.start(script, **more) as process:
            output, _ = process.communicate(timeout=LONGEST)
        return process.returncode, output

    def start(self, script: str, **more: str) -> subprocess.Popen[str]:
        """The process of a script, both of whose outputs are read as one."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env={"PATH": path, "HOME": str(self.folder), "PYTHONPATH": str(ROOT), **self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def provide(self, name: str, script: str) -> None:
        """Put a command on the path."""
        (self.folder / "bin").mkdir(exist_ok=True)
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)


def shell(folder: Path, **environment: str) -> Shell:
    """A shell in which `contracts` is this checkout's."""
    found = Shell(folder, environment)
    found.provide("contracts", f'exec {shlex.quote(sys.executable)} -m contracts "$@"')
    return found
