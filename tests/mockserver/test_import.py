"""Does whoever imports the mock pay only for what is used?"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("asyncio", "flask", "jsonschema_rs", "openapi.loader", "openapi.model", "requests", "rich", "unittest")


@pytest.mark.parametrize(
    ("statement", "needed"),
    [
        ("import mockserver", ()),
        ("from mockserver import Control, mock", ()),
        ("import mockserver.cli", ()),
        ("from mockserver import mock; mock()", ("jsonschema_rs", "openapi.loader", "requests")),
    ],
    ids=["package", "mock", "command line", "mock that is made"],
)
def test_only_what_is_needed_is_imported(statement: str, needed: tuple[str, ...]) -> None:
    script = f"{statement}\nimport sys\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert set(needed) <= loaded
    if not needed:
        assert loaded == set()
