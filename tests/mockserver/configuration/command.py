"""`mockserver` run in this process, in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import main

Run = Callable[..., tuple[int, str, str]]


def runner(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command: its exit code, what it printed, and its errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, printed.out, printed.err

    return run


def write(folder: Path, text: str) -> Path:
    path = folder / "mockserver.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def listed(run: Run, *arguments: str) -> dict[str, tuple[Any, str]]:
    """Each setting: its value, and where that came from."""
    code, out, err = run("config", "--json", *arguments)
    assert (code, err) == (0, "")
    return {each["name"]: (each["value"], each["origin"]) for each in json.loads(out)}
