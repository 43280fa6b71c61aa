"""Runs the benchmarks one after the other, keeps what came of each, and writes RESULTS.md from that.

Each also runs alone, with the command that stands beside its figures. Names run those alone and leave the others as
they were measured; `--resume` runs those that are missing or failed. `--quick` makes all of them short, which shows
that they run and no more: its page stands beside its figures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import leash, progress, scaling
from benchmarks.outcomes import Outcome, figures, figures_of, keep, kept
from benchmarks.page import page
from benchmarks.parts import PARTS, Part

HERE = Path(__file__).parent
FIGURES = HERE / "figures"
PAGE = HERE / "RESULTS.md"
SCALING = HERE.parent / "docs" / "scaling.md"
PICTURES = HERE.parent / "docs" / "images"
DRAWING = HERE / "peers" / ".venv" / "bin" / "python"
LONGEST = 4  # times what a part is meant to take: then it is ended
QUICKLY = 300  # seconds that a short one is given
INTERRUPTED = 130


def main() -> None:
    """Run, and write the page."""
    options = _options()
    folder = FIGURES / "quick" if options.quick else FIGURES
    known = {each.name: each for each in PARTS}
    if not options.names and not options.resume and not options.page_only:
        shutil.rmtree(folder, ignore_errors=True)  # those of another run
    done = {each.name for each in kept(folder) if not each.error}
    wanted = [name for name in known if name not in done] if options.resume else options.names or [*known]
    chosen = [] if options.page_only else [known[name] for name in known if name in wanted]
    try:
        for number, part in enumerate(chosen):
            progress.tell(_announced(chosen, number, quick=options.quick))
            keep(folder, _run(part, folder, quick=options.quick))
    except KeyboardInterrupt:
        progress.tell("interrupted: `--resume` goes on with what is missing")
        sys.exit(INTERRUPTED)
    finally:
        write(folder, quick=options.quick)
    sys.exit(any(each.error for each in kept(folder) if each.name in wanted))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(each.name for each in PARTS))
    parser.add_argument("--quick", action="store_true", help="some minutes, whose figures mean nothing")
    parser.add_argument("--resume", action="store_true", help="only what is missing or failed")
    parser.add_argument("--page-only", action="store_true", help="measure nothing, write the page again")
    options = parser.parse_args()
    if unknown := {*options.names} - {each.name for each in PARTS}:
        known = ", ".join(each.name for each in PARTS)
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {known}")
    return options


def _announced(chosen: Sequence[Part], number: int, *, quick: bool) -> str:
    part = chosen[number]
    left = sum(each.seconds for each in chosen[number:]) / 60
    told = "" if quick else f" (about {part.seconds} s; {left:.0f} min to go)"
    return f"== {number + 1} of {len(chosen)}: {part.title}{told}"


def _run(part: Part, folder: Path, *, quick: bool) -> Outcome:
    command, load, begun = part.command(quick=quick), os.getloadavg()[0], datetime.now(UTC)
    written = figures_of(folder, part.name)
    written.unlink(missing_ok=True)
    began, stolen = time.monotonic(), progress.stolen()
    said, error = run([sys.executable, *command, "--json", str(written)], QUICKLY if quick else LONGEST * part.seconds)
    if error:
        progress.tell(f"{part.name}: {error}")
    seconds, machine = time.monotonic() - began, progress.machine()
    when = f"{begun:%Y-%m-%d %H:%M:%S}"
    stolen = progress.stolen() - stolen
    return Outcome(part.name, command, when, seconds, load, machine, progress.revision(), said, error, stolen)


def run(command: Sequence[str], longest: float) -> tuple[str, str]:
    """What a command printed, and why it failed, else nothing. It ends with this process, or after so many seconds."""
    started = subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, start_new_session=True)
    with started as process, leash.ending(process):
        try:
            said = process.communicate(timeout=longest)[0]
        except subprocess.TimeoutExpired:
            return "", f"It was ended after {longest:.0f} s, without an end in sight."
    return said.decode().strip(), f"It ended with {process.returncode}." if process.returncode else ""


def write(folder: Path, *, quick: bool) -> None:
    """The page, the pictures and what is measured for docs/scaling.md, from what is there; a quick run's beside it."""
    target, pictures = (folder / "RESULTS.md", folder) if quick else (PAGE, PICTURES)
    outcomes, found = kept(folder), figures(folder)
    if not outcomes:
        return
    target.write_text(page(outcomes, found, _draw(folder, pictures), target.parent), encoding="utf-8")
    if not quick:
        SCALING.write_text(scaling.replaced(SCALING.read_text(encoding="utf-8"), outcomes, found), encoding="utf-8")
    progress.tell(f"written: {target}")


def _draw(folder: Path, pictures: Path) -> dict[str, Path]:
    """The pictures by the name of their part; none where matplotlib is not installed."""
    if not DRAWING.exists():
        progress.tell("No pictures: matplotlib is not installed, which `make peers` does.")
        return {}
    pictures.mkdir(parents=True, exist_ok=True)
    subprocess.run([DRAWING, HERE / "plots.py", folder, pictures], check=False)
    found = {each.name: pictures / f"benchmarks-{each.name}.svg" for each in PARTS if each.picture}
    return {name: each for name, each in found.items() if each.exists() and figures_of(folder, name).exists()}


if __name__ == "__main__":
    main()
