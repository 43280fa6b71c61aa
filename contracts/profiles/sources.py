"""Credentials from where the official clients of an API look for them: their variables, and their files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as IniError
from pathlib import Path
from typing import Any

from openapi.model import CredentialFile, CredentialPlaces

Found = dict[str, str]  # key-id, secret, session-token, project
NEEDED = ("key-id", "secret")
LARGEST = 1 << 20  # bytes of a file with credentials


class SourceError(LookupError):
    """There are no credentials at these places; the message names the places, never what stands there."""


def from_variables(places: CredentialPlaces, environment: Mapping[str, str]) -> Found:
    """What the variables of an official client hold, of the first whose key id is there. Raises SourceError."""
    for each in places.variables:
        found = {part: environment.get(name, "") for part, name in each.names.items()}
        if found["key-id"]:
            missing = [each.names[part] for part in NEEDED if not found[part]]
            if missing:
                raise SourceError(f"the environment has {each.names['key-id']}, but not {missing[0]}")
            return found
    wanted = [" and ".join(each.names[part] for part in NEEDED) for each in places.variables]
    if not wanted:
        raise SourceError("nobody says which variables official clients of this API read: name variables of your own")
    raise SourceError(f"the environment has no {', nor '.join(wanted)}")


def from_files(places: CredentialPlaces, environment: Mapping[str, str]) -> Found:
    """What the first file of an official client that is there holds. Raises SourceError."""
    paths = [_path(each, environment) for each in places.files]
    for each, path in zip(places.files, paths, strict=True):
        if path.is_file():
            return _read(each, path)
    if not paths:
        raise SourceError("nobody says in which file official clients of this API look: name variables instead")
    raise SourceError(f"there is no file {', nor '.join(map(str, paths))}")


def _path(file: CredentialFile, environment: Mapping[str, str]) -> Path:
    chosen = environment.get(file.variable, "") if file.variable else ""
    home = environment.get("HOME") or environment.get("USERPROFILE") or str(Path.home())
    return Path(chosen or file.path.replace("~", home, 1))


def _read(file: CredentialFile, path: Path) -> Found:
    read = {"ini": _ini, "json": _json}[file.form]
    try:
        with path.open("rb") as opened:
            section = read(opened.read(LARGEST).decode("utf-8-sig"), file.section)
    except (OSError, ValueError, IniError, RecursionError):  # whose own message may repeat what stands there
        raise SourceError(f"{path} cannot be read as {file.form}") from None
    found = {part: str(section.get(name.lower(), "")).strip() for part, name in file.names.items()}
    missing = [file.names[part] for part in NEEDED if not found[part]]
    if missing:
        where = f" in {file.section!r}" if file.section else ""
        raise SourceError(f"{path} has no {' and no '.join(missing)}{where}")
    return found


def _ini(text: str, section: str) -> Mapping[str, str]:
    parser = ConfigParser(interpolation=None)  # a credential may well hold a %
    parser.read_string(text)
    return dict(parser[section]) if parser.has_section(section) else {}


def _json(text: str, section: str) -> Mapping[str, str]:
    found: Any = json.loads(text)
    found = found.get(section) if section and isinstance(found, dict) else found
    return {str(name).lower(): value for name, value in found.items()} if isinstance(found, dict) else {}
