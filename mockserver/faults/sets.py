"""Ready-made sets of faults, by their names: data, in `sets.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mockserver.control.bodies import FAULT_SET, Unusable, check

SET = "set"
_FILE = Path(__file__).with_name("sets.yaml")


@cache
def sets() -> Mapping[str, Mapping[str, Any]]:
    """Every set: its description, and its faults as JSON has them."""
    import yaml

    found: dict[str, Mapping[str, Any]] = yaml.safe_load(_FILE.read_text("utf-8"))
    return found


def in_set(given: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The faults that `given` stands for, each with the name of its set; itself where it names none. Raises Unusable.

    What is given beside the name of a set (an API, an operation, an account, a seed) holds for each of its faults.
    """
    if SET not in given:
        yield given, ""
        return
    given = check(dict(given), FAULT_SET)
    name = given[SET]
    if name not in sets():
        raise Unusable(f"set: there is no {name!r}", [*sets()])
    more = {key: value for key, value in given.items() if key != SET}
    for fault in sets()[name]["faults"]:
        yield {**fault, **more}, name
