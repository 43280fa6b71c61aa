"""Does a program end with the exit code that it means?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
INTERRUPTED = """
from openapi.ending import end
try:
    exec("raise KeyboardInterrupt")
except KeyboardInterrupt:
    end(130)
"""


def test_an_interruption_while_a_text_was_executed_ends_with_the_code_that_is_meant(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(INTERRUPTED)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "interrupted"], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 130
