"""What the schemas of the vocabulary and of OpenAPI's form have against a value, and what would be right."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema_rs import ValidationError

LONGEST = 200  # characters of a value that is shown, and of what is said


def objection(error: ValidationError, described: Mapping[str, Any]) -> tuple[str, str | None]:
    """The sentence, and the member of the value that it is about where it is one that may not be there.

    `described` is the document that `error.schema_path` leads into, or from its `$defs` on.
    """
    said = error.kind.as_dict()
    match error.schema_path[-1]:
        case "required":
            return f"{said['property']!r} is missing", None
        case "additionalProperties":
            member = str(said["unexpected"][0])
            known = [name for name in _around(error, described).get("properties", ()) if name != "$ref"]
            return f"{member} is no keyword that is read here{hint(member, known)}", member
        case "enum":
            options = [each if isinstance(each, str) else json.dumps(each) for each in said["options"]]
            return f"{_shown(error.instance)} is not known here{hint(str(error.instance), options)}", None
        case "oneOf":
            forms = (" and ".join(form["required"]) for form in _around(error, described)["oneOf"])
            return f"{_shown(error.instance)} has to consist of {', or of '.join(forms)}", None
        case "pattern" if "description" in _around(error, described):
            return f"{_shown(error.instance)} is not {_around(error, described)['description']}", None
    return error.message if len(error.message) <= LONGEST else f"…{error.message[-LONGEST:]}", None


def hint(name: str, known: Collection[str]) -> str:
    """What may have been meant, or all that could be; the end of a sentence."""
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; here may stand {', '.join(sorted(known))}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:LONGEST]


def _around(error: ValidationError, described: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that the keyword which objects stands in."""
    path = list(error.schema_path)[:-1]
    node: Any = described
    for step in path[path.index("$defs") :] if "$defs" in path else path:
        node = node[step]
    around: Mapping[str, Any] = node
    return around
