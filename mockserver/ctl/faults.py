"""What goes wrong on request at a running mock, from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import assignment, ctl, telling
from openapi.amounts import Amount
from openapi.manual import Api

if TYPE_CHECKING:
    from mockserver.client.control import Control
    from mockserver.client.troubles import Faults

ANY = "any"  # in place of the name of an API: all of them
CHOSEN = ("operation", "action", "account", "times", "every", "after", "probability", "seed")
READS = "mockserver ctl faults [API|any] CODE|EFFECT [MEMBER=VALUE ...]; --effects lists them"


def _rows(found: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What of each fault, each set or each effect fits on a line."""
    return [_shown(each) if "met" in each else _shown_kind(each) for each in found]


@ctl.command()
@click.argument("api", required=False, type=Api())
@click.argument("what", required=False, metavar="[CODE|EFFECT]")
@click.argument("members", nargs=-1, metavar="[MEMBER=VALUE ...]")
@click.option("--operation", help="Of which calls are struck; any without it.")
@click.option("--action", help="What the operations do whose calls are struck: create, list, download …")
@click.option("--account", help="Whose calls are struck (its number), or with --clear are struck no more; everybody's.")
@click.option("--times", type=click.IntRange(1), help="At most so many calls; without it one, or all that are chosen.")
@click.option("--every", type=click.IntRange(1), help="Each so-manieth call.")
@click.option("--after", type=click.IntRange(0), help="None of the first so many calls.")
@click.option("--probability", type=Amount(0, 1), help="Of a call to be struck.")
@click.option("--seed", type=click.IntRange(0), help="Of all that is left to chance.")
@click.option("--use", metavar="SET", help="Set the faults of a ready-made set, for API or for all.")
@click.option("--remove", metavar="ID", help="Take one back.")
@click.option("--clear", is_flag=True, help="Let all calls through again.")
@click.option("--sets", is_flag=True, help="List the ready-made sets.")
@click.option("--effects", is_flag=True, help="List what can go wrong, and what it takes.")
@telling(_rows)
def faults(control: Control, /, **given: Any) -> object:
    """List the faults that are set, or set one: an error code of API, or an effect, for its next call."""
    if given["sets"]:
        return control.faults.sets()
    if given["effects"]:
        return control.faults.effects()
    if given["clear"]:
        control.faults.of(given["account"] or "").clear()
    elif given["remove"] is not None:
        control.faults.remove(given["remove"])
    elif given["use"] or given["api"]:
        _set(control.faults, given)
    return control.faults.all()


def _set(faults: Faults, given: Mapping[str, Any]) -> None:
    effects = [effect["name"] for effect in faults.effects()]
    try:
        faults.set(_asked(given, effects))
    except ValueError as error:
        what = given["what"]
        near = [] if given["use"] or what in effects else get_close_matches(what or "", effects, n=1, cutoff=0.7)
        if not near:
            raise
        raise ValueError(f"{what!r} is no effect, and no error code; did you mean {near[0]!r}?") from error


def _asked(given: Mapping[str, Any], effects: list[str]) -> dict[str, Any]:
    """The fault, or the set, as JSON has it."""
    fault = {name: given[name] for name in CHOSEN if given[name] is not None}
    if given["api"] and given["api"] != ANY:
        fault["api"] = given["api"]
    if given["use"]:
        return {"set": given["use"], **fault}
    if not given["what"]:
        raise ValueError(f"it reads: {READS.replace('[API|any]', given['api'])}")
    what = "effect" if given["what"] in effects else "code"
    return {
        **fault,
        what: given["what"],
        **dict(assignment(each, "member of a fault", "seconds=2") for each in given["members"]),
    }


def _shown(fault: Mapping[str, Any]) -> dict[str, Any]:
    """What fits on a line."""
    known = {"id", "api", "operation", "action", "account", "effect", "code", "set", "met", "fired", "spent"}
    which = ("times", "every", "after", "probability", "seed")
    told = {name: fault[name] for name in which if fault[name] not in (None, 0)}
    members = {name: value for name, value in fault.items() if name not in {*known, *which}}
    return {
        **{name: fault[name] for name in ("id", "api", "operation", "action", "account")},
        "code": fault.get("code", ""),
        "how": " ".join(f"{name}={value}" for name, value in {**members, **told}.items()),
        "met": fault["met"],
        "fired": fault["fired"],
        "state": "spent" if fault["spent"] else "waits",
    }


def _shown_kind(kind: Mapping[str, Any]) -> dict[str, Any]:
    """A ready-made set, or an effect."""
    if "faults" in kind:
        return {**kind, "faults": len(kind["faults"])}
    members = [name if name in kind["required"] else f"[{name}]" for name in kind["members"]]
    return {"name": kind["name"], "members": " ".join(members), "description": kind["description"]}
