"""What was aimed at, and what came of it: the figures at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import ranking, starting
from benchmarks.entrants import BY_ALL, FLASK, MOCK, OWN

Figures = dict[str, Any]
HEAD = ("aim", "measured", "reached")
ALIGNED = ("---", "---", "---")


@dataclass(frozen=True, slots=True)
class Aim:
    """One, and what came of it."""

    told: str
    measured: str
    is_reached: bool


def lines(figures: Figures) -> list[str]:
    """A table in Markdown of all that was measured."""
    rows = [each for name, found in figures.items() if name in PARTS for each in PARTS[name](found)]
    if not rows:
        return ["Nothing of it was measured."]
    cells = [(each.told, each.measured, "yes" if each.is_reached else "**no**") for each in rows]
    return [f"| {' | '.join(each)} |" for each in (HEAD, ALIGNED, *cells)]


def _most(told: str, shown: str, value: float, most: float) -> Aim:
    return Aim(told, shown, value <= most)


def _least(told: str, shown: str, value: float, least: float) -> Aim:
    return Aim(told, shown, value >= least)


def _comparison(found: Figures) -> Iterator[Aim]:
    servers = found["servers"]
    if FLASK in servers:
        yield _times(f"requests per second of an {FLASK} on Granian: at least 2.5 times", found, FLASK, 2.5)
    others = [name for name in servers if name not in OWN]
    if not others:
        return
    fastest = max(others, key=lambda name: sum(ranking.rate(found, name, work) for work in BY_ALL))
    yield _times(f"of the fastest peer ({fastest}): at least 1.5 times", found, fastest, 1.5, BY_ALL)
    mine = {work: ranking.latency(found, MOCK, work, "p99") for work in BY_ALL}
    best = {work: min(ranking.latency(found, name, work, "p99") for name in others) for work in BY_ALL}
    told = ", ".join(f"{work} {1e3 * mine[work]:.1f} of {1e3 * best[work]:.1f} ms" for work in BY_ALL)
    yield Aim("p99 below a quarter of the best of the peers", told, all(mine[work] < best[work] / 4 for work in BY_ALL))


def _times(told: str, found: Figures, other: str, least: float, works: tuple[str, ...] = ()) -> Aim:
    """How many times as many requests the mock answers as another, by work."""
    ratios = {work: ranking.ratio(found, MOCK, other, work) for work in works or found["servers"][MOCK]["rounds"]}
    shown = "; ".join(f"{work} {ratio:.2f}" for work, ratio in ratios.items())
    return _least(told, shown, min(ratios.values()), least)


def _starting(found: Figures) -> Iterator[Aim]:
    names = (starting.ALL, starting.ONE)
    seconds = {name: median(each["seconds"] for each in found[name]) for name in names}
    told = "; ".join(f"{name.partition(', ')[2]} {value:.2f} s" for name, value in seconds.items())
    yield _most("start-up under 0.7 s", told, max(seconds.values()), 0.7)
    idle = max(median(each["idle"] for each in found[name]) for name in names)
    yield _most("no processor time when idle", f"{100 * idle:.1f} %", idle, 0.01)


def _stores(found: Figures) -> Iterator[Aim]:
    for name in (each for each in found["servers"] if each.startswith("SQLite")):
        ratios = {work: ranking.ratio(found, name, MOCK, work) for work in found["servers"][MOCK]["rounds"]}
        told = "; ".join(f"{work} {ratio:.2f}" for work, ratio in ratios.items())
        yield _least(f"{name}: at least 0.5 of memory", told, min(ratios.values()), 0.5)


def _growth(found: Figures) -> Iterator[Aim]:
    for store, by_accounts in found.items():
        grown: dict[str, float] = {}
        for accounts, by_size in by_accounts.items():
            if accounts.isdecimal():
                least, most = (by_size[each] for each in (min(by_size, key=int), max(by_size, key=int)))
                for kind in most.keys() - {"seconds to fill"}:
                    grown[kind] = max(grown.get(kind, 0), most[kind] / least[kind])
        largest = max((int(size) for sizes in by_accounts.values() for size in sizes), default=0)
        told = f"{', '.join(f'{kind} {ratio:.2f}' for kind, ratio in sorted(grown.items()))} times, at {largest:,}"
        yield _most(f"{store}: flat within 1.5 times from no tasks on", told, max(grown.values(), default=0), 1.5)


def _exactness(found: Figures) -> Iterator[Aim]:
    for store, races in found["races"].items():
        told = "; ".join(f"{race}: {_counted(won)}" for race, won in races.items())
        yield Aim(f"{store}: what is allowed, no more and no less", told, all(len(won) == 1 for won in races.values()))
    for store, served in found["served"].items():
        told = "; ".join(f"{way}: {_raced(each)}" for way, each in served.items())
        yield Aim(f"{store}: the same over HTTP", told, not any(each["wrong"] for each in served.values()))
    for store, each in found["kills"].items():
        told = f"{each['kills']} kills, {each['answers']:,} answers, {len(each['wrong'])} of them not kept"
        yield Aim(f"{store}: nothing acknowledged is lost", told, not each["wrong"])


def _counted(won: dict[str, int]) -> str:
    return ", ".join(f"{number} in {count} rounds" for number, count in won.items())


def _raced(each: Figures) -> str:
    return f"{each['rounds']} rounds of {each['kinds']} kinds of races, {len(each['wrong'])} wrong"


def _stress(found: Figures) -> Iterator[Aim]:
    phases = found["phases"]
    worst = max((name for name in phases if name != "nobody"), key=lambda name: phases[name]["p99"])
    times = phases[worst]["p99"] / phases["nobody"]["p99"] if phases["nobody"]["p99"] else 0.0
    yield _most("beside hostile clients: p99 within 5 times the quiet one", f"{times:.1f} times ({worst})", times, 5)
    failed = sum(each["failed"] for each in phases.values()) + found["many"]["failed"]
    asked = sum(
        count
        for each in phases.values()
        for statuses in each["others"].values()
        for status, count in statuses.items()
        if status.startswith("5")
    )
    yield Aim("no request of an honest client fails; no 5xx", f"{failed} failed, {asked} of 5xx", not failed + asked)


def _soak(found: Figures) -> Iterator[Aim]:
    grows = found["bytes per request"]
    told = f"{found['megabytes per hour']:.1f} MB per hour, {grows:.2f} bytes per request"
    yield _most("memory flat at full speed (less than 1 byte per request)", told, grows, 1)


def _files(found: Figures) -> Iterator[Aim]:
    ratios = {word: each["ratio"] for word, each in found["beside libraries"].items()}
    told = ", ".join(f"{word} {ratio:.2f}" for word, ratio in ratios.items())
    yield _least("files: at least 0.7 of the library's rows per second", told, min(ratios.values()), 0.7)
    first = {word: each["first byte"] for word, each in found["served"].items() if "first byte" in each}
    told = ", ".join(f"{word} {value} ms" for word, value in first.items())
    yield _most("files: first byte within 200 ms", told, max(first.values(), default=0), 200)


def _in_process(found: Figures) -> Iterator[Aim]:
    taken = found["milliseconds"]
    for told, name, most in (
        ("in a process: import under 150 ms", "import mockserver", 150),
        ("in a process: entering under 10 ms", "entering and leaving", 10),
        ("in a process: entering for the first time, too", "entering the first mock of a process", 10),
    ):
        yield _most(told, f"{taken[name]:.1f} ms", taken[name], most)
    told = "in a process: a call within 2 times what the engine needs"
    yield _most(told, f"{found['ratio']:.2f} times", found["ratio"], 2)


def _contracts(found: Figures) -> Iterator[Aim]:
    told = "generated cases per second: at least 0.8 of bare Schemathesis"
    yield _least(told, f"{found['ratio']:.2f}", found["ratio"], 0.8)


PARTS: dict[str, Callable[[Figures], Iterator[Aim]]] = {
    "comparison": _comparison,
    "starting": _starting,
    "stores": _stores,
    "growth": _growth,
    "exactness": _exactness,
    "stress": _stress,
    "soak": _soak,
    "files": _files,
    "in_process": _in_process,
    "contracts_speed": _contracts,
}
