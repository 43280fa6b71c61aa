"""What is known of a real endpoint: a YAML file that names accounts and resources, and holds no secret."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Draft202012Validator

from contracts.target import Account
from openapi.messages import Credentials
from openapi.model import Spec

Ids = Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]  # API: kind: condition (empty: usable): ids

_TEXT = {"type": "string", "minLength": 1}
_ACCOUNT = {
    "type": "object",
    "properties": {"key-id": _TEXT, "secret": _TEXT, "token": _TEXT, "project": _TEXT},
    "anyOf": [{"required": ["key-id", "secret"]}, {"required": ["token"]}],
    "additionalProperties": False,
}
_IDS = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
_PROFILE = {
    "type": "object",
    "required": ["accounts"],
    "properties": {
        "target": {"type": "string", "pattern": "^https?://"},
        "accounts": {"type": "object", "required": ["first"], "additionalProperties": _ACCOUNT},
        "resources": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _IDS}},
    },
    "additionalProperties": False,
}


NEEDS_CREDENTIALS = "an account needs key-id and secret, or token: each the name of an environment variable"


class ProfileError(ValueError):
    """A profile that cannot be used; the message names the file, the place and what would be right."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Accounts and resources of a real endpoint."""

    target: str = ""  # its address; empty: the command line says
    accounts: Mapping[str, Account] = field(default_factory=dict[str, Account])
    resources: Ids = field(default_factory=dict)


def load_profile(path: Path, environment: Mapping[str, str] = os.environ) -> Profile:
    """The profile in a file.

        target: https://…
        accounts:
          first: {key-id: NAME_OF_A_VARIABLE, secret: NAME_OF_A_VARIABLE, project: the id itself}
        resources:
          api-name: {kind: {usable: [id, id], a-condition: [id]}}

    `key-id`, `secret` and `token` name variables of the environment. Raises ProfileError.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProfileError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
    for wrong in Draft202012Validator(_PROFILE).iter_errors(raw):
        where = ".".join(map(str, wrong.instance_path)) or "the file"
        raise ProfileError(f"{path}: {where}: {NEEDS_CREDENTIALS if 'anyOf' in wrong.message else wrong.message}")
    accounts = {name: _account(path, name, each, environment) for name, each in raw["accounts"].items()}
    return Profile(raw.get("target", ""), accounts, _resources(raw.get("resources", {})))


def check_resources(profile: Profile, specs: Mapping[str, Spec], path: str) -> None:
    """Raise ProfileError where the profile names a kind or a condition of resources that an API does not have."""
    for api in profile.resources.keys() & specs.keys():
        known = specs[api].resources
        for kind, conditions in profile.resources[api].items():
            if kind not in known:
                raise ProfileError(f"{path}: resources.{api}: there is no {kind!r}, but {_listed(known)}")
            for name in conditions:
                if name and name not in known[kind].conditions:
                    told = _listed(["usable", *known[kind].conditions])
                    raise ProfileError(f"{path}: resources.{api}.{kind}: there is no condition {name!r}, but {told}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _account(path: Path, name: str, raw: Mapping[str, str], environment: Mapping[str, str]) -> Account:
    found = {}
    for key in ("key-id", "secret", "token"):
        variable = raw.get(key, "")
        if variable and not environment.get(variable):
            raise ProfileError(f"{path}: accounts.{name}.{key}: the environment has no variable {variable}")
        found[key] = environment.get(variable, "") if variable else ""
    return Account(Credentials(found["key-id"], found["secret"]), raw.get("project", ""), found["token"])


def _resources(raw: Any) -> Ids:
    return {
        api: {
            kind: {"" if name == "usable" else name: tuple(ids) for name, ids in conditions.items()}
            for kind, conditions in kinds.items()
        }
        for api, kinds in raw.items()
    }
