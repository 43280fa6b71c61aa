"""Draws the figures of a run: python benchmarks/plots.py FOLDER_OF_FIGURES FOLDER_OF_PICTURES. Needs matplotlib."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from matplotlib import rcParams
from matplotlib.figure import Figure

KINDS = ("create", "list page", "show", "delete")
PLAIN = {"Date": None, "Creator": None}
rcParams["svg.hashsalt"] = "figures"  # the same figures make the same file
FEWEST = 0.5  # where a mock that holds nothing stands on a scale of tens


def draw_growth(found: dict[str, Any], path: Path) -> None:
    """Microseconds per call by the number of tasks held, a panel for each store."""
    figure = Figure((5 * len(found), 3.6))
    panels = figure.subplots(1, len(found), squeeze=False)
    for panel, (store, by_accounts) in zip(panels[0], found.items(), strict=True):
        for accounts, style in zip((each for each in by_accounts if each != "at once"), ("-", ":"), strict=False):
            sizes = by_accounts[accounts]
            for number, kind in enumerate(KINDS):
                held = [int(size) or FEWEST for size in sizes]
                taken = [each[kind] for each in sizes.values()]
                label = f"{kind}, {int(accounts):,} account{'s' * (accounts != '1')}"
                panel.plot(held, taken, style, marker="o", markersize=3, color=f"C{number}", label=label)
        panel.set(xscale="log", xlabel="tasks held", ylabel="µs per call", title=store)
        panel.set_ylim(bottom=0)
    panels[0][0].legend(fontsize=7)
    _save(figure, path)


def draw_latency(found: dict[str, Any], path: Path) -> None:
    """Requests per second and the latency of the slowest hundredth, by server."""
    entered = {name: each["rounds"]["create"] for name, each in found["servers"].items() if "create" in each["rounds"]}
    names = sorted(entered, key=lambda name: median(each["rate"] for each in entered[name]))
    figure = Figure((10, 0.4 * len(names) + 1.2))
    rates, latencies = figure.subplots(1, 2, sharey=True)
    rates.barh(names, [median(each["rate"] for each in entered[name]) for name in names])
    rates.set(xlabel="requests per second (creating a task)")
    for shown, colour in (("p99", "C1"), ("p50", "C0")):
        values = [1e3 * median(each[shown] for each in entered[name]) for name in names]
        latencies.barh(names, values, color=colour, label=shown)
    latencies.set(xscale="log", xlabel="ms to the answer")
    latencies.legend()
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata=PLAIN)


if __name__ == "__main__":
    figures, pictures = map(Path, sys.argv[1:])
    for name, draw in {"growth": draw_growth, "comparison": draw_latency}.items():
        given = figures / f"{name}.json"
        if given.exists():
            draw(json.loads(given.read_text()), pictures / f"benchmarks-{name}.svg")
