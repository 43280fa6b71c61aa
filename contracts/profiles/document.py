"""What a profile file says, once it is known to have the form of a profile."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from contracts.profiles.profile import ProfileError
from openapi.document import SpecError, join, line_of, read

SCHEMA_FILE = Path(__file__).with_name("profile.schema.json")
SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
SECRETIVE = "credentials"  # below this key nothing that stands there is repeated
NO_VARIABLE = "is no name of a variable; a credential itself never stands in a profile: put it into the environment"
MASK = "what stands there"  # instead of the value: a credential may have been written where none belongs
NEEDS_CREDENTIALS = (
    "say `environment`, `file`, or name variables of the environment: key-id and secret (session-token), or token"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A profile file whose form is right."""

    path: Path
    content: dict[str, Any]

    def wrong(self, place: Iterable[str | int], message: str) -> ProfileError:
        """The error about what stands at a place: file, line, place, and the message."""
        return _error(self.path, list(place), message)

    def check_name(self, place: Iterable[str], name: str, known: Iterable[str], what: str) -> None:
        """Raise ProfileError unless a name is one of those that are known, saying which is nearest."""
        names = list(known)
        if name not in names:
            raise self.wrong(place, f"there is no {what} {name!r}; {nearest(name, names)}")


def read_profile(path: Path) -> Document:
    """The content of a profile in YAML or JSON, as `profile.schema.json` describes it. Raises ProfileError."""
    try:
        raw = read(path)
    except SpecError as error:
        raise ProfileError(str(error)) from None
    wrong = min(Draft202012Validator(SCHEMA, mask=MASK).iter_errors(raw), key=_depth, default=None)
    if wrong is not None:
        raise _explained(path, wrong)
    return Document(path, raw)


def nearest(name: str, known: list[str]) -> str:
    """Which of the known names is meant, if one is like it, and which there are."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    listed = f"there are {', '.join(known)}" if known else "there is none"
    return f"did you mean {near[0]!r}? {listed[0].upper()}{listed[1:]}" if near else listed


def _depth(error: ValidationError) -> tuple[bool, int]:
    """An unknown name comes first, as it may be why another is missing; then what is nearest to the top."""
    return error.kind.name != "additionalProperties", len(error.instance_path)


def _explained(path: Path, error: ValidationError) -> ProfileError:
    place: list[str | int] = list(error.instance_path)
    kind: Any = error.kind
    if kind.name == "oneOf" and place[-1:] == [SECRETIVE]:
        return _about_credentials(path, place, kind.context)
    if kind.name == "additionalProperties":
        known = _properties(error.schema_path)
        return _error(
            path, [*place, kind.unexpected[0]], f"is no key of a profile here; {nearest(kind.unexpected[0], known)}"
        )
    if kind.name == "required":
        return _error(path, place, f"{kind.property!r} is missing")
    if kind.name == "oneOf":
        return _error(path, place, "has to be a number of bytes, or one with a unit: 50 MB")
    return _error(path, place, str(error.message))


def _about_credentials(path: Path, place: list[str | int], branches: list[list[Any]]) -> ProfileError:
    """What is wrong with credentials, without a word of what stands there: it may be the credentials themselves."""
    for error in branches[-1]:
        inside = list(error.instance_path)
        if error.kind.name == "additionalProperties":
            return _error(path, inside, f"has a key that is none; {NEEDS_CREDENTIALS}")
        if error.kind.name == "pattern":
            return _error(path, inside, NO_VARIABLE)
    return _error(path, place, NEEDS_CREDENTIALS)


def _properties(schema_path: Iterable[str | int]) -> list[str]:
    """The keys that are known where a part of the schema refuses another."""
    node: Any = SCHEMA
    for step in list(schema_path)[:-1]:
        node = node[step]
    return list(node["properties"])


def _error(path: Path, place: list[str | int], message: str) -> ProfileError:
    where = ".".join(map(str, place)) or "the profile"
    return ProfileError(f"{path}:{line_of(path, join('', *place))}: {where}: {message}")
