"""Do the tests of somebody who has the package installed, and judges no clause, pay nothing for it?"""

import os
import subprocess
import sys
from pathlib import Path

from tests.shell import ROOT

SCRIPT = """
import sys
import pytest
code = pytest.main(["-q", "-p", "contracts.plugin", "-p", "mockserver.testing.plugin", "test_own.py"])
print(*sorted(name for name in sys.modules if name.startswith(("contracts.", "hypothesis", "openapi", "schemathesis"))))
sys.exit(code)
"""


def test_tests_without_clauses_do_not_load_the_suite(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("def test_of_their_own():\n    pass\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "contracts.plugin"


def test_clauses_are_found_where_nothing_distributes_them_and_markers_are_strict(tmp_path: Path) -> None:
    told = [
        "-q",
        "--collect-only",
        "--strict-markers",
        "-p",
        "no:xdist",
        "-p",
        "contracts.plugin",
        "--pyargs",
        "contracts",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *told],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
