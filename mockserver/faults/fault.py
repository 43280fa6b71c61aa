"""A fault: for whom it is meant, which of their calls it meets, and what it does to these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.control.bodies import SELECTED, Unusable, check, fault_with
from mockserver.faults.effects import EFFECTS, Effect, Name

WHO = ("api", "operation", "action", "account")


@dataclass(frozen=True, slots=True)
class Who:
    """Whose calls, and to what; empty: any."""

    api: str = ""
    operation: str = ""
    action: str = ""  # what the operation does: create, list, show, link, download, delete …
    account: str = ""  # number


@dataclass(frozen=True, slots=True)
class When:
    """Which of these calls, counted from the moment the fault was set."""

    times: int | None = 1  # at most so many; None: without end
    every: int | None = None  # each so-manieth; None: each
    after: int = 0  # none of the first so many
    probability: float | None = None  # None: each
    seed: int = 0  # of all that is drawn for this fault


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, as it was set."""

    id: str
    who: Who
    when: When
    effect: Effect
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])  # that the effect takes
    set: str = ""  # the ready-made set that it came with

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it."""
        who, when = self.who, self.when
        chosen = {name: getattr(who, name) for name in WHO}
        which = {name: getattr(when, name) for name in ("times", "every", "after", "probability", "seed")}
        return {"id": self.id, **chosen, **which, "effect": self.effect.name.value, **self.members, "set": self.set}


def read(given: Mapping[str, Any], name: str = "", ready: str = "") -> Fault:
    """The fault that `given` describes, as JSON has it. Raises Unusable with the valid names."""
    said = {"effect": Name.ERROR.value, **given} if "code" in given else dict(given)
    check(said, SELECTED)
    effect = EFFECTS[said["effect"]]
    said = check(said, fault_with(effect.name))
    _refuse_contradictions(effect, said)
    who = Who(**{key: said[key] for key in WHO if key in said})
    return Fault(name, who, _when(said), effect, effect.filled(said), ready)


def _when(said: Mapping[str, Any]) -> When:
    endless = said.get("every") is not None or said.get("probability") is not None
    times = said.get("times")
    return When(
        times=times if times is not None or endless else 1,
        every=said.get("every"),
        after=said.get("after", 0),
        probability=said.get("probability"),
        seed=said.get("seed", 0),
    )


def _refuse_contradictions(effect: Effect, said: Mapping[str, Any]) -> None:
    if effect.name is Name.LATENCY and "to" in said:
        if "sigma" in said:
            raise Unusable("latency is either distributed evenly (`to`) or lognormal (`sigma`)", ["to", "sigma"])
        if said["to"] < said["seconds"]:
            raise Unusable(f"to: {said['to']} is less than the {said['seconds']} of `seconds`")
    if effect.name is Name.REGRESS:
        members = effect.filled(said)
        if members["to"] > members["at"]:
            raise Unusable(f"to: progress cannot fall from {members['at']} to {members['to']}")
