"""Which entries of a profile would let a clause be observed that is not: what it uses where it is given everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from contracts.judgement import Verdict
from contracts.planning.rehearsal import NOBODY, Performance, RehearsedSuite, Step, Watcher, perform
from contracts.profiles import Allowance, Profile
from contracts.profiles.credentials import stranger
from contracts.targets.mock import vary
from openapi.clauses import Clause
from openapi.model import Spec

ACCOUNT = "account"  # the resource that every request refers to, by who signed it
ENOUGH = 60  # ids of usable resources, more than any check asks for
WAITING = re.compile(r"it takes (?:about )?([0-9.]+) s")
_BUDGET = re.compile(r"the part of the budget of ([a-z]+) that is for")
_ALLOW = re.compile(r"allow\.[a-z-]+")
_TOKEN = re.compile(r"names no token of the account '([^']+)'")


@dataclass(frozen=True, slots=True)
class Locked:
    """A clause that stays unobserved."""

    clause: Clause
    reason: str  # why it is not observed; where no entry helps, not even with all of them
    entries: tuple[str, ...]  # what the profile, or an option, would have to add; empty: nothing is known that helps


def unlock(suite: RehearsedSuite, unseen: Iterable[Step], watcher: Watcher = NOBODY) -> list[Locked]:
    """What each clause that was not observed would take, found by judging it with everything named and allowed."""
    steps = list(unseen)
    profile = suite.profile
    everything = endowed(profile, suite.specs[profile.api])
    rough = replace(suite.run, is_rough=True)
    locked, left = list[Locked](), steps
    if steps:
        watcher.begin(f"looking for what would let {len(steps)} more be observed …", len(steps))
    while left:
        again = RehearsedSuite(
            suite.apis, suite.url, suite.profile_path, rough, draft=everything, shared=None
        )  # what a clause takes shows where it is given nothing by others
        found = perform(again, [step.clause for step in left], watcher)
        locked += _locked(profile, left, found)
        left = steps[len(locked) :]
    return locked


def _locked(profile: Profile, steps: Sequence[Step], found: Performance) -> Iterator[Locked]:
    """What each clause would take that was judged, and the one at which it stopped, if it did."""
    for step, with_all in zip(steps, found.steps, strict=False):
        entries = tuple(_entries(profile, step, with_all))
        yield Locked(step.clause, step.reason if entries else with_all.reason, entries)
    for step in steps[len(found.steps) :][:1]:
        yield Locked(step.clause, found.stopped, ())


def _entries(profile: Profile, step: Step, with_all: Step) -> Iterator[str]:
    """What a clause lacked or would use besides what there is, if it is observed then, or only takes more."""
    is_open = with_all.verdict is Verdict.NOT_OBSERVED
    longer, larger = (each.search(with_all.reason) if is_open else None for each in (WAITING, _BUDGET))
    if is_open and longer is None and larger is None:
        return
    used = [entry for entry in with_all.used if not has(profile, entry)]
    tokens = (f"accounts.{name}.credentials.token" for name in _TOKEN.findall(step.reason))
    lacked = [entry for entry in (*step.lacking, *_ALLOW.findall(step.reason), *tokens) if not has(profile, entry)]
    order = ("allow", "resources", "accounts")
    yield from sorted({*used, *lacked}, key=lambda entry: (order.index(entry.partition(".")[0]), entry))
    if larger is not None:
        yield f"budget.{larger[1]}"
    if longer is not None:
        yield f"--wait-up-to {float(longer[1]):.0f}"


def has(profile: Profile, entry: str) -> bool:
    """Whether a profile names or allows it already."""
    section, _, name = entry.partition(".")
    if section == "allow":
        is_wide = not profile.allow.operations
        return is_wide if name == "operations" else bool(getattr(profile.allow, name.replace("-", "_")))
    if section == "resources":
        kind, _, condition = name.partition(".")
        return bool(profile.ids(kind, "" if condition == "usable" else condition))
    owner, _, part = name.partition(".")
    return owner in profile.accounts and (not part or bool(profile.accounts[owner].token))


def endowed(profile: Profile, spec: Spec) -> Profile:
    """A profile that names every account and resource, and allows everything; what it lacked is made up."""
    conditions = spec.resources[ACCOUNT].conditions if ACCOUNT in spec.resources else {}
    accounts = {name: stranger(name) for name in ("second", *conditions)} | dict(profile.accounts)
    accounts["first"] = replace(accounts["first"], token=accounts["first"].token or stranger("first").token)
    allow = Allowance(create=True, delete=True, download=True, exceed_limits=True, plain_http=True)
    kinds = (kind for kind in spec.resources if kind != ACCOUNT)
    return replace(
        profile, accounts=accounts, resources={kind: _resources(profile, spec, kind) for kind in kinds}, allow=allow
    )


def _resources(profile: Profile, spec: Spec, kind: str) -> Mapping[str, tuple[str, ...]]:
    """Enough usable resources of a kind, those that are named first, and one in each condition; no two the same."""
    resource = spec.resources[kind]
    found = {name: profile.ids(kind, name) for name in resource.conditions}
    found |= {
        name: found[name] or (each.example,)
        for name, each in resource.conditions.items()
        if found[name] or each.example
    }
    taken = {resource.default, *profile.ids(kind), *(each for ids in found.values() for each in ids)}
    for name in resource.conditions:
        found[name] = found[name] or (_unlike(taken, resource.default, name),)
        taken |= set(found[name])
    usable = dict.fromkeys([*profile.ids(kind), *(vary(resource.default, str(serial)) for serial in range(ENOUGH))])
    others = {each for ids in found.values() for each in ids}
    return {"": tuple(each for each in usable if each not in others), **found}


def _unlike(taken: AbstractSet[str], example: str, salt: str) -> str:
    """An id of the form of `example` that is none of those that are taken; a longer one where its digits are few."""
    found = vary(example, salt)
    return found if found not in taken else f"{example}{len(taken)}"
