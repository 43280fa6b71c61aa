"""What exists at the server: as many resources of each kind as a profile may want to name; and that profile."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from openapi.model import Spec
from tests.contracts.rough.accounts import NAMES, variable

ACCOUNT, MISSING, USABLE = "account", "missing", "usable"
COUNT = 12  # usable ones of each kind
DRAWN = 8  # characters at the end of an id
Ids = Mapping[str, Mapping[str, list[str]]]  # kind: condition: ids


def resources_of(spec: Spec) -> Ids:
    """The resources of a server, which both its process and a profile are made of."""
    return {
        resource.kind: {
            USABLE: [resource.default, *(_other(resource.default, number) for number in range(1, COUNT))],
            **{each.name: [each.example] for each in resource.conditions.values() if each.example},
            **({MISSING: [_other(resource.default, COUNT)]} if MISSING in resource.conditions else {}),
        }
        for resource in spec.resources.values()
        if resource.kind != ACCOUNT
    }


def profile_of(spec: Spec, url: str, projects: Mapping[str, str]) -> dict[str, Any]:
    """A profile of the server: both accounts by the variables of their credentials, all resources, no bounds."""
    return {
        "version": 1,
        "api": spec.name,
        "target": url,
        "accounts": {
            name: {
                "credentials": {part: variable(name, part) for part in ("key-id", "secret", "token")},
                "project": projects[name],
            }
            for name in NAMES
        },
        "resources": resources_of(spec),
        "allow": {"create": True, "delete": True, "download": True, "exceed-limits": True},
        "budget": {"requests": 100_000, "tasks": 10_000, "bytes": "1 GB", "minutes": 60},
    }


def _other(example: str, number: int) -> str:
    """Another id of the same form: the end of a long one is drawn from it, a short one is given a number."""
    if len(example) <= DRAWN:
        return f"{example}{number}"
    drawn = sha256(f"{example}/{number}".encode()).hexdigest()
    tail = [hexadecimal if each.isalnum() else each for each, hexadecimal in zip(example[-DRAWN:], drawn, strict=False)]
    return example[:-DRAWN] + "".join(tail)
