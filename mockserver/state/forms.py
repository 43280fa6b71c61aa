"""Accounts, clocks and faults as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mockserver.accounts import Account
from mockserver.clock import Course
from mockserver.faults.fault import WHO, read
from mockserver.faults.waiting import Counted
from openapi.messages import Credentials


def course_json(course: Course | None) -> dict[str, Any] | None:
    """How a clock runs, but not since when."""
    if course is None:
        return None
    return {"at": course.at, "scale": course.scale, "frozen": course.frozen, "strict": course.strict}


def account_of(said: Mapping[str, Any]) -> Account:
    """The account whose members these are."""
    keys = {name: said[name] and Credentials(**said[name]) for name in ("key", "temporary")}
    return Account(**{**said, **keys})


def standing_json(each: Counted) -> dict[str, Any]:
    """A fault as it can be set, and what has come of it."""
    fault = each.fault
    who = {name: getattr(fault.who, name) for name in WHO if getattr(fault.who, name)}
    said = {**asdict(fault.when), **who, "effect": fault.effect.name.value, **fault.members}
    return {"fault": said, "id": fault.id, "set": fault.set, "met": each.met, "fired": each.fired}


def counted(said: Mapping[str, Any]) -> Counted:
    """The fault that `standing_json` wrote. Raises Unusable for what is none."""
    return Counted(read(said["fault"], said["id"], said["set"]), said["met"], said["fired"])
