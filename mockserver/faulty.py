"""What `mockserver ctl faults` understands, and what it tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.client.troubles import Faults

ANY = "any"  # in place of the name of an API: all of them
CHOSEN = ("operation", "action", "account", "times", "every", "after", "probability", "seed")
READS = "mockserver ctl faults [API|any] CODE|EFFECT [MEMBER=VALUE ...]; --effects lists them"


def tell_faults(faults: Faults, given: Mapping[str, Any]) -> object:
    """Do what the options ask for, and tell what is set then. Raises ValueError, Refused."""
    if given["sets"]:
        return [{**each, "faults": len(each["faults"])} for each in faults.sets()]
    if given["effects"]:
        return [_shown_effect(each) for each in faults.effects()]
    if given["clear"]:
        faults.clear()
    elif given["remove"]:
        faults.remove(given["remove"])
    elif given["use"] or given["api"]:
        _set(faults, given)
    return [_shown(each) for each in faults.all()]


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
    return {**fault, what: given["what"], **dict(map(_member, given["members"]))}


def _member(text: str) -> tuple[str, Any]:
    name, is_given, value = text.partition("=")
    if not is_given:
        raise ValueError(f"{text!r} is no member of a fault; one reads seconds=2")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


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


def _shown_effect(effect: Mapping[str, Any]) -> dict[str, Any]:
    members = [name if name in effect["required"] else f"[{name}]" for name in effect["members"]]
    return {"name": effect["name"], "members": " ".join(members), "description": effect["description"]}
