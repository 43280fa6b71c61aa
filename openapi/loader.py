"""YAML to `Spec`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from openapi import rules
from openapi.checked import KEPT, checked, require_right
from openapi.citations import Citer, pages_of
from openapi.document import HERE, SHARED, Document, SpecError, join, line_of, patch, pointer_of
from openapi.model import Answer, Json, Spec
from openapi.names import names as names  # noqa: PLC0414 - as it is asked for with the rest
from openapi.operations import Reader

Choices = Mapping[str, str]  # reading: answer
Load = Callable[[Path, Choices], Spec]


def suggestion(apis: Iterable[str]) -> str:
    """What may have been meant by names that no API has, as the end of a message; empty: nobody knows."""
    near = [match for api in apis if api not in names() for match in get_close_matches(api, names(), n=1)]
    return f"; did you mean {', '.join(near)}?" if near else ""


def load(name_or_path: str | Path, choices: Choices | None = None) -> Spec:
    """One API, by its name or the path of its file, with other readings where `choices` says so. Raises SpecError."""
    path = _path(name_or_path)
    document = checked(path)
    spec = spec_of(document, path, choices or {})
    if not KEPT.holds(path):  # those of this package are coherent, which its tests see to
        _check(spec, document, path, is_read_otherwise=bool(choices))
    return spec


def _check(spec: Spec, document: Document, path: Path, *, is_read_otherwise: bool) -> None:
    """Raise SpecError for what does not go together, also with another answer to an open question."""
    from openapi.coherence import check_coherence

    check_coherence(spec, is_read_otherwise=is_read_otherwise)
    for name, reading in spec.readings.items():
        for answer, change in reading.answers.items():
            try:
                changed = patch(document, change)
                require_right(changed, path)
                check_coherence(spec_of(changed, path, {}), is_read_otherwise=True)
            except SpecError as error:
                place = f"{path}:{line_of(path, reading.pointer)}"
                said = f"the answer {answer!r} of the reading {name!r} makes no spec: {error}"
                raise SpecError(f"{place}: {said} (at {reading.pointer})") from error


def load_all(
    chosen: Iterable[str | Path] = (), choices: Choices | None = None, one: Load | None = None
) -> dict[str, Spec]:
    """The chosen APIs (all when none is chosen) and their companions, by name; `one` loads each (`load`).

    `choices` maps `API/READING` to an answer. Raises SpecError, also for a reading that no chosen API has.
    """
    one = one or load
    choices = choices or {}
    waiting: list[str | Path] = list(chosen) or list(names())
    specs: dict[str, Spec] = {}
    while waiting:
        path = _path(waiting.pop(0))
        if path.stem not in specs:
            spec = specs[path.stem] = one(path, _of(choices, path.stem))
            waiting += spec.companions
        elif path.resolve() != Path(specs[path.stem].path).resolve():
            message = f"{path} and {specs[path.stem].path} are both called {path.stem}: rename one, or leave one out"
            raise SpecError(message)
    for choice in choices:
        if choice.partition("/")[0] not in specs:
            loaded = ", ".join(sorted(specs))
            message = (
                f"reading {choice!r}: no such API is loaded; there are {loaded}, and a reading is named API/READING"
            )
            raise SpecError(message)
    return specs


def spec_of(document: Document, path: Path, choices: Choices) -> Spec:
    """The spec that `document` is, as if it stood in the file `path`."""
    changes = _chosen(document, choices, path)
    try:
        for change in changes:
            document = patch(document, change)
        return _spec(path.stem, document, path)
    except RecursionError as error:
        raise SpecError(f"{path}: a $ref in it leads back to itself") from error
    except (SpecError, LookupError, TypeError, ValueError) as error:
        raise _located(error, document, path) from error


def _spec(name: str, document: Document, path: Path) -> Spec:
    citer = Citer(pages_of(document))
    authentication = rules.authentication(document, citer)
    reader = Reader(name, document, citer, authentication)
    error_codes = rules.error_codes(document, citer)

    def refusal(name: str) -> Answer:
        if name not in document["components"]["responses"]:
            raise SpecError(f"/components/responses: {name!r} is missing, which refusals take the shape of")
        return reader.answer(document["components"]["responses"][name], 0, join("/components/responses", name))

    return Spec(
        name=name,
        title=document["info"]["title"],
        document=document,
        path=str(path),
        hosts=tuple(dict.fromkeys(_host(str(server["url"])) for server in _servers(document))),
        operations={operation.id: operation for operation in reader.operations()},
        failure=refusal(document.get("x-failure", "Refusal")),
        failures={name: refusal(name) for name in dict.fromkeys(each.response for each in error_codes) if name},
        error_codes=error_codes,
        authentication=authentication,
        addressing=rules.addressing(document, citer),
        sizes=rules.sizes(document, citer),
        lifecycle=rules.lifecycle(document, citer),
        quotas=rules.quotas(document, citer),
        resources=rules.resources(document, citer),
        link=rules.link(document, citer),
        request_id=document.get("x-request-id", {}).get("form", "{uuid}"),
        not_given=tuple(document.get("x-not-given", ())),
        readings=rules.readings(document),
        pages=citer.pages,
        companions=tuple(document.get("x-companions", ())),
        clients=rules.clients(document),
        credentials=rules.credentials(document, citer),
    )


def _servers(document: Document) -> Iterator[Mapping[str, Json]]:
    """Those of all operations, then those of single ones, such as where the links of files lead."""
    yield from document.get("servers", ())
    for path in document["paths"].values():
        for operation in filter(lambda each: isinstance(each, Mapping), path.values()):
            yield from operation.get("servers", ())


def _chosen(document: Document, choices: Choices, path: Path) -> list[Mapping[str, Json]]:
    """The changes of the document that the chosen answers are."""
    readings = rules.readings(document)
    changes = []
    for name, answer in choices.items():
        if name not in readings:
            message = f"{path.stem} has no reading {name!r}; it has {', '.join(sorted(readings)) or 'none'}"
            raise SpecError(message)
        if answer not in readings[name].answers:
            reading, known = f"{path.stem}/{name}", ", ".join(readings[name].answers)
            message = f"reading {reading!r} has no answer {answer!r}; it has {known}"
            raise SpecError(message)
        changes.append(readings[name].answers[answer])
    return changes


def _path(name_or_path: str | Path) -> Path:
    if isinstance(name_or_path, Path) or name_or_path.endswith((".yaml", ".yml")):
        return Path(name_or_path)
    for folder in (HERE, SHARED):
        if (folder / f"{name_or_path}.yaml").is_file() and re.fullmatch(r"[\w-]+", name_or_path):
            return folder / f"{name_or_path}.yaml"
    message = f"unknown API {name_or_path!r}; there are {', '.join(names())} (or give the path of a .yaml file)"
    raise SpecError(message)


def _of(choices: Choices, api: str) -> dict[str, str]:
    return {name.partition("/")[2]: answer for name, answer in choices.items() if name.partition("/")[0] == api}


def _host(url: str) -> str:
    return re.sub(r"\{[^}]*\}", "*", url.partition("://")[2].partition("/")[0])


def _located(error: Any, document: Document, path: Path) -> SpecError:
    cause = error.__cause__ if isinstance(error.__cause__, SpecError) else error
    exact = pointer_of(document, cause.node) if isinstance(cause, SpecError) and cause.node is not None else None
    if exact is not None:
        return SpecError(f"{path}:{line_of(path, exact)}: {cause} (at {exact})")
    pointer, found, rest = str(error).partition(": ")
    if found and pointer.startswith("/"):
        return SpecError(f"{path}:{line_of(path, pointer)}: {rest} (at {pointer})")
    said = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
    return SpecError(f"{path}: {said}")
