"""How is a config file read? As YAML that runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from mockserver.configuration.document import ConfigError, Document
from mockserver.settings import Steps

LARGEST = 1 << 20  # bytes
DEEPEST = 20  # mappings and lists in each other
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
TEXTS = frozenset(f"{_TAG}{name}" for name in ("str", "timestamp"))  # JSON knows no dates
KINDS = TEXTS | {f"{_TAG}{name}" for name in ("int", "float", "bool", "null", "seq", "map")}


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
