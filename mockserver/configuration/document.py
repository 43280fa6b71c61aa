"""A config file: YAML that runs nothing, and where in it each value stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from mockserver.settings import Steps

LARGEST = 1 << 20  # bytes
DEEPEST = 20  # mappings and lists in each other
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
TEXTS = frozenset(f"{_TAG}{name}" for name in ("str", "timestamp"))  # JSON knows no dates
KINDS = TEXTS | {f"{_TAG}{name}" for name in ("int", "float", "bool", "null", "seq", "map")}


class ConfigError(ValueError):
    """A setting that cannot be used; the message says where it stands and what would be right."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a config file says."""

    path: Path
    content: Mapping[str, Any] = field(repr=False)  # which may hold secrets
    marks: Mapping[Steps, tuple[int, int]]  # line and column, from 1, of each key and each item

    def place(self, steps: Steps) -> str:
        """File, line and column of a value, or of the nearest one around it."""
        while steps not in self.marks:
            steps = steps[:-1]
        line, column = self.marks[steps]
        return f"{self.path}:{line}:{column}"

    def says(self, steps: Steps) -> bool:
        """Whether what `steps` lead to stands here, and was not added to what stands here."""
        return steps[:2] in self.marks

    def line(self, key: str) -> str:
        """File and line of a setting."""
        return f"{self.path}:{self.marks[key,][0]}"

    def blamed(self, message: str, names: Iterable[str]) -> str:
        """The place, as the start of a line, of what a message is about, if that stands below one of the settings."""
        for name in names:
            given = self.content.get(name, ())
            for step in given if isinstance(given, dict) else range(len(given)):
                said = str(step if isinstance(given, dict) else given[step])
                if any(repr(part) in message for part in (said, said.rpartition("/")[2])):
                    return f"{self.place((name, step))}: "
        return ""

    def wrong(self, steps: Steps, message: str) -> ConfigError:
        """The error about the value at `steps`."""
        where = ".".join(map(str, steps))
        return ConfigError(f"{self.place(steps)}: {where}: {message}" if where else f"{self.place(steps)}: {message}")


def nearest(name: str, known: list[str]) -> str:
    """Which of the known names is meant, if one is like it, and which there are."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"{f'did you mean {near[0]!r}? ' if near else ''}There are {', '.join(known)}"


def read(path: Path) -> Document:
    """The document in a file; an empty one says nothing. Raises ConfigError, also for what is too large or repeated."""
    text = _text(path)
    reader = _Reader(path, {(): (1, 1)})
    try:
        reader.refuse_aliases(text)
        node = yaml.compose(text, Loader=_LOADER)
        content = {} if node is None else reader.value(node, ())
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        said = getattr(error, "problem", None) or "it is nested too deeply"
        raise ConfigError(f"{path}{at}: is not YAML: {said}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}:1:1: has to be a mapping at its top: names of settings, and their values")
    return Document(path, content, reader.marks)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = file.read(LARGEST + 1)
        if len(found) > LARGEST:
            raise ConfigError(f"{path}: has more than {LARGEST} bytes, which no config file needs")
        return found.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8: {error.reason} at byte {error.start}") from error


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    marks: dict[Steps, tuple[int, int]]

    def refuse_aliases(self, text: str) -> None:
        """An alias could make a small file a huge one, or one that holds itself."""
        depth = 0
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise self._wrong(event, "an alias; write out what it stands for")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                raise self._wrong(event, f"more than {DEEPEST} mappings and lists in each other")

    def value(self, node: yaml.Node, steps: Steps) -> Any:
        """What a node says, as JSON would: no dates, no tags, texts as keys, each once."""
        if node.tag not in KINDS:
            known = "a value is a text, a number, true, false, a list or a mapping"
            raise self._wrong(node, f"the tag {node.tag.removeprefix(_TAG)}; {known}")
        if isinstance(node, yaml.MappingNode):
            return {key: self.value(value, (*steps, key)) for key, value in self._members(node, steps)}
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._mark(item, (*steps, index))
            return [self.value(item, (*steps, index)) for index, item in enumerate(node.value)]
        return node.value if node.tag in TEXTS else self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            found = _LOADER("").construct_object(node)
        except ValueError as error:
            raise self._wrong(node, f"no number: {error}") from error
        if isinstance(found, float) and not isfinite(found):
            raise self._wrong(node, f"{node.value} is no number that JSON knows")
        return found

    def _members(self, node: yaml.MappingNode, steps: Steps) -> Iterator[tuple[str, yaml.Node]]:
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != f"{_TAG}str":
                raise self._wrong(key, f"the key {key.value} is no text: put it into quotes")
            if (*steps, key.value) in self.marks:
                raise self._wrong(key, f"the key {key.value} is given twice")
            self._mark(key, (*steps, key.value))
            yield key.value, value

    def _mark(self, node: yaml.Node, steps: Steps) -> None:
        self.marks[steps] = (node.start_mark.line + 1, node.start_mark.column + 1)

    def _wrong(self, found: Any, message: str) -> ConfigError:
        mark = found.start_mark
        return ConfigError(f"{self.path}:{mark.line + 1}:{mark.column + 1}: {message}")
