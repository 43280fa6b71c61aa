"""What every benchmark here does the same: how it explains itself, says how far it is, and writes its figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

STOLEN = 8  # the place of what is stolen among the fields of /proc/stat
ROOT = Path(__file__).parents[1]
PACKAGES = ("flask", "granian", "jsonschema-rs", "orjson")
PROGRAMS = {"Node.js": ["node", "--version"], "Java": ["java", "--version"], "PostgreSQL": ["postgres", "--version"]}


def parser(told: str) -> argparse.ArgumentParser:
    """With the module's docstring as its words, and `--json`."""
    made = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    return made


def add_rounds(made: argparse.ArgumentParser, rounds: int, seconds: float, warm_up: float) -> None:
    """What benchmarks take that ask servers in turn."""
    made.add_argument("--rounds", type=int, default=rounds, help=f"paired rounds ({rounds})")
    told = f"that each kind of request is sent in a round ({seconds:g})"
    made.add_argument("--seconds", type=float, default=seconds, help=told)
    told = f"seconds, of each kind of request, before that ({warm_up:g})"
    made.add_argument("--warm-up", type=float, default=warm_up, help=told)


def present(
    made: argparse.ArgumentParser, measure: Callable[[argparse.Namespace], Any], lines: Callable[[Any], list[str]]
) -> None:
    """Measure as the command line says, write the figures where it names a file, and print them as Markdown."""
    options = made.parse_args()
    found = measure(options)
    write(options.json, found)
    print("\n".join(lines(found)))


def tell(line: str) -> None:
    """How far it is, on standard error, and when."""
    print(f"{datetime.now():%H:%M:%S} {line}", file=sys.stderr, flush=True)  # noqa: DTZ005 - as the clock on the wall


def write(path: Path | None, figures: Any) -> None:
    """The figures as JSON, where a file was named."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def machine() -> dict[str, str]:
    """What was measured on, and with."""
    return {
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "processors": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "Python": sys.version,  # with its compiler and build
        **{name: version(name) for name in PACKAGES},
        **{name: said for name, command in PROGRAMS.items() if (said := _said(command))},
    }


def revision() -> str:
    """Which state of the project is measured; empty where that is not known."""
    git, packages = ["git", "-C", str(ROOT)], ("openapi", "mockserver", "contracts")
    found = _said([*git, "rev-parse", "--short", "HEAD"])
    is_changed = _said([*git, "status", "--porcelain", "--", *packages])
    return f"{found} with changes" if found and is_changed else found


def stolen(path: Path = Path("/proc/stat")) -> float:
    """Seconds of processors that the host of a virtual machine gave to others so far; 0 where that is not told."""
    fields = path.read_text().partition("\n")[0].split() if path.exists() else []
    return float(fields[STOLEN]) / os.sysconf("SC_CLK_TCK") if len(fields) > STOLEN else 0.0


def _said(command: list[str]) -> str:
    """The first line that a program prints; empty where it is not there or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.partition("\n")[0].strip()


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())
