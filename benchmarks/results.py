"""Runs the benchmarks one after the other and writes RESULTS.md from that one run.

Each also runs alone, with the command that stands beside its figures. `--quick` makes all of them short, which shows
that they run and no more; names run those alone.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import progress

HERE = Path(__file__).parent
FIGURES = HERE / "figures"
PAGE = HERE / "RESULTS.md"
PICTURES = HERE.parent / "docs" / "images"
DRAWING = HERE / "peers" / ".venv" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Part:
    """One benchmark of a run."""

    name: str  # of the module
    title: str
    quick: str  # what makes it short
    usual: str = ""
    has_figures: bool = True  # whether it writes them as JSON, and Markdown; else plain text
    picture: str = ""

    def command(self, *, quick: bool) -> list[str]:
        """The words after `python`."""
        return [f"benchmarks/{self.name}.py", *(self.quick if quick else self.usual).split()]


PARTS = (
    Part(
        "comparison",
        "Beside what people would use instead",
        "--rounds 1 --seconds 1 --warm-up 1",
        picture="Requests per second and latency of each server",
    ),
    Part("request_path", "The request path", "", has_figures=False),
    Part("stores", "Stores", "--rounds 1 --seconds 1 --warm-up 1"),
    Part(
        "growth",
        "Growth",
        "--sizes 0 1000 10000 --calls 50 --accounts 100",
        picture="What a call takes, by the number of tasks held",
    ),
    Part("stress", "Load and faults", "--seconds 1 --share 0.2"),
    Part("soak", "Soak", "--seconds 5"),
    Part("capacity", "Capacity", "--tasks 2000 --arrivals 5000"),
    Part("files", "Files", "--rows 10000", "--rows 200000", has_figures=False),
    Part("in_process", "In the process of a test", "1", has_figures=False),
    Part("contracts_speed", "The contracts", "1", "3", has_figures=False),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one."""

    part: Part
    command: list[str]
    seconds: float
    said: str
    error: str  # empty: none


def main() -> None:
    """Run, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(each.name for each in PARTS))
    parser.add_argument("--quick", action="store_true", help="a minute or two, whose figures mean nothing")
    parser.add_argument("--page", type=Path, default=PAGE, help="where it is written (benchmarks/RESULTS.md)")
    options = parser.parse_args()
    known = [each.name for each in PARTS]
    if unknown := {*options.names} - {*known}:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    machine, began = progress.machine(), datetime.now(UTC)
    chosen = [each for each in PARTS if each.name in (options.names or known)]
    shutil.rmtree(FIGURES, ignore_errors=True)  # those of another run
    outcomes = [_run(each, quick=options.quick) for each in chosen]
    drawn = _draw(options.page.parent / "figures" if options.page != PAGE else PICTURES)
    options.page.write_text(page(outcomes, machine, began, drawn), encoding="utf-8")
    progress.tell(f"written: {options.page}")
    sys.exit(any(each.error for each in outcomes))


def _run(part: Part, *, quick: bool) -> Outcome:
    command = part.command(quick=quick)
    progress.tell(f"== {part.title}: python {' '.join(command)}")
    figures = ["--json", str(FIGURES / f"{part.name}.json")] if part.has_figures else []
    began = time.monotonic()
    done = subprocess.run([sys.executable, *command, *figures], cwd=HERE.parent, stdout=subprocess.PIPE, check=False)
    error = f"It ended with {done.returncode}." if done.returncode else ""
    return Outcome(part, command, time.monotonic() - began, done.stdout.decode().strip(), error)


def _draw(folder: Path) -> Path | None:
    """Where the pictures are; None where matplotlib is not installed."""
    if not DRAWING.exists():
        progress.tell("No pictures: matplotlib is not installed, which `make bench` does.")
        return None
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([DRAWING, HERE / "plots.py", FIGURES, folder], check=False)
    return None if done.returncode else folder


def page(outcomes: list[Outcome], machine: dict[str, str], began: datetime, drawn: Path | None) -> str:
    """The page, in Markdown."""
    told = ["# Results of the benchmarks", "", f"One run of `make bench`, begun {began:%Y-%m-%d %H:%M} UTC."]
    told += ["Figures are medians, ratios the medians of the ratios of paired rounds.", ""]
    told += [f"- {name}: {value}" for name, value in machine.items()]
    for each in outcomes:
        told += ["", f"## {each.part.title}", "", f"`python {' '.join(each.command)}` ({each.seconds:.0f} s)", ""]
        if each.error:
            told += [f"**{each.error}**", ""]
        told += [each.said] if each.part.has_figures else ["```", each.said, "```"]
        picture = drawn / f"benchmarks-{each.part.name}.svg" if drawn and each.part.picture else None
        if picture and picture.exists():
            told += ["", f"![{each.part.picture}]({_relative(picture)})"]
    return "\n".join(told) + "\n"


def _relative(path: Path) -> str:
    return Path(os.path.relpath(path, HERE)).as_posix()


if __name__ == "__main__":
    main()
