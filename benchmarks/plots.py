"""Draws the figures of a run: python benchmarks/plots.py FOLDER_OF_FIGURES FOLDER_OF_PICTURES. Needs matplotlib.

A picture has its own ground, and is light or dark as its reader's system is.
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

from matplotlib import rcParams
from matplotlib.figure import Figure

COLOURS = ("#3b82c4", "#d9822b", "#3a9d6e", "#b05cc6", "#c2484f", "#8a7a2b")
NOT_OF_CALLS = "seconds to fill"
MOCK, OTHERS = "the mock", "#8b98a5"
FLOORS = (  # up to ten times as quick
    "the same two operations by hand, on the mock's front",
    "the mock's front, nothing behind it",
    "a fixed text on a loop of asyncio",
)
INK, GROUND, GRID = "#010203", "#fdfcfb", "#cacbcc"  # marks, which become what stands in STYLE
SHADES = {INK: "ink", GROUND: "ground", GRID: "grid"}
FONT = "DejaVu Sans"  # which matplotlib brings with it, to measure words with
STYLE = """<style>
:root { --ink: #24292f; --ground: #ffffff; --grid: #d8dee4 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --ground: #161b22; --grid: #373e47 } }
</style>"""
rcParams.update(
    {
        "svg.hashsalt": "figures",  # the same figures make the same file
        "svg.fonttype": "none",
        "font.family": [FONT],
        "text.color": INK,
        "axes.edgecolor": GRID,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "grid.color": GRID,
        "axes.facecolor": GROUND,
        "figure.facecolor": GROUND,
        "legend.facecolor": GROUND,
        "legend.edgecolor": GROUND,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
    }
)


def draw_growth(found: dict[str, Any], path: Path) -> None:
    """Microseconds per call by the number of tasks held, a panel for each store."""
    figure = Figure((4.6 * len(found), 4.2))
    panels = figure.subplots(1, len(found), squeeze=False)[0]
    for panel, (store, by_accounts) in zip(panels, found.items(), strict=True):
        for accounts, style in zip((each for each in by_accounts if each.isdecimal()), ("-", ":"), strict=False):
            sizes = by_accounts[accounts]
            kinds = [each for each in next(iter(sizes.values())) if each != NOT_OF_CALLS]
            for kind, colour in zip(kinds, COLOURS, strict=False):
                label = f"{kind}, {int(accounts):,} account{'s' * (accounts != '1')}"
                taken = [each[kind] for each in sizes.values()]
                panel.plot(range(len(sizes)), taken, style, marker="o", markersize=4, color=colour, label=label)
            panel.set_xticks(range(len(sizes)), [f"{int(size):,}" for size in sizes])
        panel.set(xlabel="tasks held", ylabel="µs per call", title=store)
        panel.set_ylim(bottom=0)
        panel.grid(axis="y")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=len(labels) // 2, fontsize=8)
    figure.tight_layout(rect=(0, 0.13, 1, 1))
    _save(figure, path)


def draw_comparison(found: dict[str, Any], path: Path) -> None:
    """Requests per second, and how long half of the answers and the slowest hundredth take, by server."""
    rounds = {
        name: each["rounds"]
        for name, each in found["servers"].items()
        if name not in FLOORS and {"create", "list"} <= each["rounds"].keys()
    }
    names = sorted(rounds, key=lambda name: _median(rounds[name]["create"], "rate"))
    figure = Figure((10, 0.42 * len(names) + 1.3))
    rates, latencies = figure.subplots(1, 2, sharey=True)
    for number, (work, opacity) in enumerate((("list", 0.55), ("create", 1.0))):
        places = [place + 0.4 * number - 0.2 for place in range(len(names))]
        taken = [_median(rounds[name][work], "rate") for name in names]
        colours = [COLOURS[0] if name.startswith(MOCK) else OTHERS for name in names]
        rates.barh(places, taken, 0.38, color=colours, alpha=opacity, label=work)
    rates.set_yticks(range(len(names)), names)
    rates.set(xlabel="requests per second: create, list (paler)")
    for place, name in enumerate(names):
        least, most = (1e3 * _median(rounds[name]["create"], share) for share in ("p50", "p99"))
        colour = COLOURS[0] if name.startswith(MOCK) else OTHERS
        latencies.plot([least, most], [place, place], color=colour, linewidth=2)
        latencies.plot([least], [place], "o", color=colour, markersize=5)
        latencies.plot([most], [place], "D", color=COLOURS[1], markersize=5)
    latencies.set(xscale="log", xlabel="ms that a create takes: ● p50, ◆ p99")
    latencies.xaxis.set_major_formatter("{x:g}")
    for panel in (rates, latencies):
        panel.grid(axis="x")
    figure.tight_layout()
    _save(figure, path)


def _median(rounds: list[dict[str, float]], name: str) -> float:
    return median(each[name] for each in rounds)


def _save(figure: Figure, path: Path) -> None:
    out = StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text.replace(f"'{FONT}'", "system-ui, sans-serif")
    for mark, shade in SHADES.items():
        text = text.replace(mark, f"var(--{shade})")
    head, tag, rest = text.partition("<defs>")
    path.write_text(f"{head}{STYLE}\n{tag}{rest}", encoding="utf-8")


if __name__ == "__main__":
    figures, pictures = map(Path, sys.argv[1:])
    for name, draw in {"growth": draw_growth, "comparison": draw_comparison}.items():
        given = figures / f"{name}.json"
        if given.exists():
            draw(json.loads(given.read_text()), pictures / f"benchmarks-{name}.svg")
