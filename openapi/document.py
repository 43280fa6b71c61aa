"""The YAML files as plain data: read, included, patched, and their references followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SHARED = HERE / "shared"

Document = dict[str, Any]
LARGEST = 1 << 24  # bytes of a file, and values in it: some hundred times the largest spec


class SpecError(ValueError):
    """A spec that cannot be used; the message names the file, the line and what would be right."""

    def __init__(self, message: str, node: Any = None) -> None:
        super().__init__(message)
        self.node = node  # of the document, that it is about; None where the message says where that stands


def read(path: Path, shared: Path = SHARED) -> Document:
    """The document in `path`, with the files it includes merged in. Raises SpecError."""
    document = _read_one(path)
    for index, name in enumerate(_included(document, path)):
        if not (shared / name).is_file() or Path(name).name != name:
            known = ", ".join(sorted(each.name for each in shared.glob("*.yaml")))
            line = line_of(path, f"/x-include/{index}")
            raise SpecError(f"{path}:{line}: x-include: there is no {name} to be included; there are {known}")
        document = merge(document, _local(_read_one(shared / name), name))
    local: Document = _local(document, *_included(document, path))
    return local


def _included(document: Document, path: Path) -> list[str]:
    names = document.get("x-include", [])
    if not isinstance(names, list) or not all(isinstance(name, str) and Path(name).name == name for name in names):
        message = f"{path}:{line_of(path, '/x-include')}: x-include: has to list names of files in {SHARED.name}/"
        raise SpecError(message)
    return names


def merge(own: Document, other: Document) -> Document:
    """Both: mappings are merged, lists appended, and what `own` says stands."""
    both = dict(other) | own
    for key in own.keys() & other.keys():
        mine, theirs = own[key], other[key]
        if isinstance(mine, dict) and isinstance(theirs, dict):
            both[key] = merge(mine, theirs)
        elif isinstance(mine, list) and isinstance(theirs, list):
            both[key] = [*mine, *theirs]
    return both


def patch(document: Document, changes: Mapping[str, Any]) -> Document:
    """`document` with other values at some pointers; None removes. The original is left as it is.

    Raises SpecError for a pointer that leads nowhere.
    """
    for pointer, value in changes.items():
        try:
            document = _put(document, steps(pointer), value)
        except (LookupError, TypeError, ValueError) as error:
            message = f"{pointer}: nothing stands there to be changed: {error}"
            raise SpecError(message) from error
    return document


def follow(document: Document, node: Any, pointer: str) -> tuple[Any, str]:
    """`node`, or what it refers to, and the pointer of where that stands. Raises SpecError for a broken reference."""
    passed: set[str] = set()
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        reference = node["$ref"]
        pointer = reference.removeprefix("#")
        if pointer in passed:
            raise SpecError(f"the reference {reference!r} leads back to itself")
        passed.add(pointer)
        try:
            node = get(document, pointer)
        except (LookupError, TypeError, ValueError) as error:
            raise SpecError(f"the reference {reference!r} leads nowhere") from error
    return node, pointer


def resolve(document: Document, node: Any, around: frozenset[str] = frozenset()) -> Any:
    """`node` with every reference in it replaced by what it refers to, save those `around` it.

    Raises SpecError for what holds itself, of which there would be no end.
    """
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        reference = node["$ref"]
        if reference in around:
            raise SpecError(f"what {reference!r} refers to holds itself; values of such schemas have no end")
        around |= {reference}
    node, _ = follow(document, node, "")
    if isinstance(node, dict):
        return {key: resolve(document, value, around) for key, value in node.items()}
    if isinstance(node, list):
        return [resolve(document, value, around) for value in node]
    return node


def steps(pointer: str) -> list[str]:
    """The unescaped steps of a JSON pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def join(pointer: str, *more: str | int) -> str:
    """`pointer`, some steps further."""
    for step in more:
        text = str(step)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        pointer += "/" + text
    return pointer


def get(document: Any, pointer: str) -> Any:
    """What stands at a JSON pointer. Raises LookupError, TypeError or ValueError when nothing does.

    A step into a list is an index, or says what exactly one of its items holds: `code=InvalidParameter`,
    `of=body&scheme=hmac-v1`; where the item holds a list, one of its values.
    """
    for step in steps(pointer):
        document = document[index_of(document, step) if isinstance(document, list) else step]
    return document


def pointer_of(document: Any, node: Any) -> str | None:
    """The JSON pointer of that very mapping or list; None where the document does not hold it."""
    waiting = [("", document)]
    while waiting:
        pointer, each = waiting.pop()
        if each is node:
            return pointer
        if isinstance(each, dict | list):
            inside = each.items() if isinstance(each, dict) else enumerate(each)
            waiting += [(join(pointer, step), value) for step, value in inside]
    return None


def index_of(items: list[Any], step: str) -> int:
    """The index that a step into a list means. Raises LookupError or ValueError when it means no single item."""
    if step.isdigit():
        return int(step)
    wanted = [condition.partition("=")[::2] for condition in step.split("&")]
    found = [index for index, item in enumerate(items) if all(_holds(item, *each) for each in wanted)]
    if len(found) != 1:
        message = f"{len(found) or 'no'} items have {step}, and exactly one has to"
        raise LookupError(message)
    return found[0]


def _holds(item: Any, key: str, value: str) -> bool:
    held = item.get(key) if isinstance(item, dict) else None
    return value in (str(each) for each in (held if isinstance(held, list) else [held])) and held is not None


def compose(path: Path) -> Any:
    """The tree of a YAML file, whose nodes know their lines; None when the file is empty."""
    from openapi.source import composed

    return composed(path.read_text(encoding="utf-8"))


def line_of(path: Path, pointer: str) -> int:
    """The line, from 1, on which the value at `pointer` starts, or the nearest one around it if it is not there."""
    from openapi.source import line_in

    return line_in(compose(path), steps(pointer))


def _read_one(path: Path) -> Document:
    from openapi.source import NotYaml, parsed  # here, as what is kept is JSON

    try:
        document = parsed(text_of(path))
        is_too_much = _count(document, {}) > LARGEST
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise SpecError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: is not UTF-8: {error.reason} at byte {error.start}"
        raise SpecError(message) from error
    except SpecError:
        raise
    except (NotYaml, ValueError, RecursionError) as error:
        message = f"{path}{_at_line(error)}: is not YAML: {_yaml_problem(error)}"
        raise SpecError(message) from error
    if is_too_much:
        message = f"{path}: its aliases make more than {LARGEST} values of it, or a value that holds itself"
        raise SpecError(message)
    if not isinstance(document, dict):
        message = f"{path}: has to be a mapping at its top, as every OpenAPI document is"
        raise SpecError(message)
    return document


def text_of(path: Path) -> str:
    """What stands in a file. Raises OSError, UnicodeDecodeError, and SpecError for one that is far too large."""
    with path.open("rb") as file:
        found = file.read(LARGEST + 1)
    if len(found) > LARGEST:
        message = f"{path}: has more than {LARGEST} bytes, which no spec needs"
        raise SpecError(message)
    return found.decode("utf-8")


def _count(node: Any, known: dict[int, int]) -> int:
    """How many values it is when every alias is written out; `known` has those that were counted, by identity.

    More than LARGEST for what holds itself.
    """
    if not isinstance(node, dict | list):
        return 1
    if id(node) not in known:
        known[id(node)] = LARGEST + 1  # while it is counted: who meets it now is inside it
        inside = node.values() if isinstance(node, dict) else node
        known[id(node)] = 1 + sum(_count(each, known) for each in inside)
    return known[id(node)]


def _at_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f":{mark.line + 1}" if mark else ""


def _yaml_problem(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    said = [getattr(error, "context", None), getattr(error, "problem", None)]
    return ", ".join(filter(None, said)) or " ".join(str(error).split())


def _local(node: Any, *names: str) -> Any:
    """`node` with references into the included files turned into local ones."""
    if isinstance(node, dict):
        return {k: _local_ref(v, names) if k == "$ref" else _local(v, *names) for k, v in node.items()}
    return [_local(value, *names) for value in node] if isinstance(node, list) else node


def _local_ref(ref: Any, names: Iterable[str]) -> Any:
    if not isinstance(ref, str):
        return ref
    file, _, pointer = ref.partition("#")
    return f"#{pointer}" if file and Path(file).name in names else ref


def _put(node: Any, path: list[str], value: Any) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(node, list):
        copy: Any = list(node)
        key: Any = len(copy) if step == "-" else index_of(copy, step)
        if key == len(copy):
            copy.append(None)
    else:
        copy, key = dict(node), step
    if rest:
        copy[key] = _put(copy.get(key, {}) if isinstance(copy, dict) else copy[key], rest, value)
    elif value is None:
        del copy[key]
    else:
        copy[key] = value
    return copy
