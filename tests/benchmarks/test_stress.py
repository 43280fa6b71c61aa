"""Do those that misbehave do so, and is what they and the honest ones saw told apart?"""

from __future__ import annotations

import argparse

from benchmarks import stress
from benchmarks.hostile import BEHAVIOURS


def test_every_behaviour_is_counted() -> None:
    assert stress.COUNTS.keys() == BEHAVIOURS.keys()


def test_an_answer_of_5xx_is_told_with_where_it_came_from() -> None:
    others = {"pipelining": {"201": 3, "502": 2}, "half-closed": {"closed": 5}}
    assert stress.unwanted({"phases": {"all": {"others": others}, "nobody": {"others": {}}}}) == {"all: pipelining": 2}


def test_honest_clients_are_answered_beside_others() -> None:
    few = argparse.Namespace(seconds=0.1, share=0.1, only=["pipelining"], many=9)
    found = stress.measure(few)
    assert stress.unwanted(found) == {}
    assert [name for name, each in found["phases"].items() if each["failed"]] == []
    told = stress.lines(found)
    assert any(each.startswith("| pipelining | 1 |") for each in told)
    assert told[-1].startswith(f"Told to end with {stress.UNDER_WAY} requests half sent: ")
