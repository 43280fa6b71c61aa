"""Tests of settings start without any."""

import os
from pathlib import Path

import pytest

from tests.mockserver.configuration.command import Run, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of the mock in an empty folder, without settings in the environment."""
    for name in [name for name in os.environ if name.startswith("MOCKSERVER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return runner(capsys)
