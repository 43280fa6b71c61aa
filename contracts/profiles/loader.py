"""From a file to a profile, with the credentials that the file only names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from contracts.profiles.credentials import accounts_of, made_up
from contracts.profiles.document import Document, nearest, read_profile
from contracts.profiles.profile import Allowance, Budget, Profile, Resources
from contracts.target import Account
from openapi.loader import load, names
from openapi.model import Spec

USABLE = "usable"
UNITS = {"": 1, "B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9} | {
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
}


def load_profile(
    path: Path, environment: Mapping[str, str] = os.environ, specs: Mapping[str, Spec] | None = None
) -> Profile:
    """The profile in a file, as `profile.schema.json` describes it, checked against the spec of its API.

    Credentials are read from `environment` and the files that it leads to. `specs` has the specs at hand, by name;
    without it the API is one of those that come with the package. Raises ProfileError.
    """
    document = read_profile(path)
    spec = _spec(document, specs)
    return _profile(document, spec, accounts_of(document, spec, environment))


def load_draft(path: Path, specs: Mapping[str, Spec]) -> Profile:
    """The profile in a file as `load_profile` would have it, but with credentials that are made up.

    Nothing is read from the environment. Raises ProfileError.
    """
    document = read_profile(path)
    return _profile(document, _spec(document, specs), made_up(document))


def _profile(document: Document, spec: Spec, accounts: Mapping[str, Account]) -> Profile:
    raw = document.content
    _check_resources(document, spec)
    return Profile(
        api=spec.name,
        target=raw.get("target", ""),
        region=raw.get("region", ""),
        accounts=accounts,
        resources=_resources(raw.get("resources", {})),
        allow=_allowance(document, spec),
        budget=_budget(raw.get("budget", {})),
        kill_file=document.path.parent / raw["kill-file"] if "kill-file" in raw else None,
    )


def api_of(path: Path) -> str:
    """The name of the API that a profile is of. Raises ProfileError."""
    return str(read_profile(path).content["api"])


def _spec(document: Document, specs: Mapping[str, Spec] | None) -> Spec:
    name = str(document.content["api"])
    if specs is None:
        document.check_name(["api"], name, names(), "API")
        return load(name)
    if name not in specs:
        at_hand = nearest(name, list(specs))
        raise document.wrong(["api"], f"the profile is of {name}, which is not among the chosen APIs; {at_hand}")
    return specs[name]


def _check_resources(document: Document, spec: Spec) -> None:
    """Raise ProfileError where the profile names a kind or a condition of resources that the API does not have."""
    for kind, conditions in document.content.get("resources", {}).items():
        place = ["resources", kind]
        document.check_name(place, kind, spec.resources, f"kind of resource in {spec.name}")
        for name in conditions:
            known = [USABLE, *(each for each in spec.resources[kind].conditions if each)]
            document.check_name([*place, name], name, known, f"condition of a {kind}")


def _resources(raw: Any) -> Resources:
    return {
        kind: {"" if name == USABLE else name: tuple(ids) for name, ids in conditions.items()}
        for kind, conditions in raw.items()
    }


def _allowance(document: Document, spec: Spec) -> Allowance:
    raw = dict(document.content.get("allow", {}))
    operations = raw.pop("operations", [])
    for name in operations:
        document.check_name(["allow", "operations"], name, spec.operations, f"operation of {spec.name}")
    return Allowance(frozenset(operations), **{name.replace("-", "_"): value for name, value in raw.items()})


def _budget(raw: Mapping[str, Any]) -> Budget:
    return Budget(**{**raw, "bytes": size(raw["bytes"])} if "bytes" in raw else raw)


def size(given: int | str) -> int:
    """Bytes, from a number or from a text with a unit: `50 MB`."""
    number, unit = re.fullmatch(r"([0-9.]+) ?(.*)", str(given)).groups()  # type: ignore[union-attr]
    return int(Decimal(number) * UNITS[unit])
