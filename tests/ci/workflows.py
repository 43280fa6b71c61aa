"""The workflows of docs/ci, and their commands as a shell gets them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "ci"
GITHUB, GITLAB = FOLDER / "github-nightly.yml", FOLDER / "gitlab-nightly.yml"
_CONTINUED = re.compile(r"\\\n\s*")
_COMMAND = re.compile(r"\bcontracts (?=[a-z]+ )[^|;\n]*")


@cache
def content(path: Path) -> dict[str, Any]:
    """What stands in a workflow; YAML 1.1 takes the word `on` for true."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if name is True else name: value for name, value in found.items()}


def steps() -> list[dict[str, Any]]:
    """The steps of the job at GitHub."""
    return list(content(GITHUB)["jobs"]["validate"]["steps"])


def scripts() -> Iterator[str]:
    """What either workflow lets a shell do."""
    yield from (step["run"] for step in steps() if "run" in step)
    job = content(GITLAB)["contracts-nightly"]
    yield from (line for part in ("before_script", "script", "after_script") for line in job[part])


def commands_in(text: str) -> Iterator[list[str]]:
    """The words of each command `contracts …` in a text for a shell, without what a shell does with it."""
    for found in _COMMAND.finditer(_CONTINUED.sub(" ", text)):
        words = shlex.split(found[0].strip(), comments=True)
        yield [word for word in words[1:] if not word.startswith((">", "2>", "code=", "run=", "moved="))]
