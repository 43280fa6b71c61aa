"""YAML as plain data, as JSON has it: texts as keys, none of them given twice, and no dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import yaml

NotYaml = yaml.YAMLError
_TAG = "tag:yaml.org,2002:"
_STR, _INT, _MERGE, _MAP, _SEQ = (f"{_TAG}{name}" for name in ("str", "int", "merge", "map", "seq"))
# The C loader reads five specs in a fifth of the time.
_LOADER: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})


def parsed(text: str) -> Any:
    """The value that a YAML text is; None for an empty one. Raises yaml.YAMLError, ValueError, RecursionError."""
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        return None if node is None else _value(loader, node, {})
    finally:
        loader.dispose()


def composed(text: str) -> yaml.Node | None:
    """The tree of a YAML text, whose nodes know their lines; None for an empty one. Raises yaml.YAMLError."""
    tree: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    return tree


def line_in(tree: yaml.Node | None, steps: Iterable[str]) -> int:
    """The line, from 1, on which the value starts that steps lead to, or the nearest one around it if it is not there.

    Steps into a list are indexes.
    """
    line = 1
    for step in steps:
        found = next(_children(tree, step), None)
        if found is None:
            break
        tree, line = found
    return line


def _children(node: yaml.Node | None, step: str) -> Iterator[tuple[yaml.Node, int]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((value, key.start_mark.line + 1) for key, value in node.value if str(key.value) == step)
    elif isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        item = node.value[int(step)]
        yield item, item.start_mark.line + 1


def _value(loader: Any, node: yaml.Node, made: dict[int, Any]) -> Any:
    """What a node stands for, as YAML's own constructor has it, but in a third of its time.

    `made` has the mappings and lists that were read, by the identity of their nodes: aliases share them.
    """
    if node.tag == _STR and isinstance(node, yaml.ScalarNode):
        return node.value
    if id(node) in made:
        return made[id(node)]
    if node.tag == _MAP and isinstance(node, yaml.MappingNode):
        mapping = made[id(node)] = {}
        mapping.update({key: _value(loader, each, made) for key, each in _members(loader, node)})
        return mapping
    if node.tag == _SEQ and isinstance(node, yaml.SequenceNode):
        items = made[id(node)] = []
        items += [_value(loader, each, made) for each in node.value]
        return items
    return loader.construct_object(node, deep=True)


def _members(loader: Any, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    """The members of a mapping, with texts as keys, and none that is given twice."""
    seen: set[str] = set()
    for key, _ in node.value:
        if key.tag == _INT:
            key.tag = _STR  # a status; JSON knows no other keys
        message = _objection(key, seen)
        if message:
            raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
        seen.add(key.value)
    if any(key.tag == _MERGE for key, _ in node.value):
        loader.flatten_mapping(node)
    return ((key.value, each) for key, each in node.value)


def _objection(key: yaml.Node, seen: set[str]) -> str:
    if not isinstance(key, yaml.ScalarNode):
        return "a key has to be a text"
    if key.tag not in {_STR, _MERGE}:
        return f"the key {key.value} is no text: put it into quotes"
    return f"the key {key.value} is given twice" if key.value in seen else ""


_LOADER.add_constructor(f"{_TAG}timestamp", lambda _, node: node.value)  # JSON knows no dates: they stay texts
for _name in ("binary", "omap", "pairs", "set"):  # nor these
    _LOADER.add_constructor(f"{_TAG}{_name}", _LOADER.construct_undefined)
