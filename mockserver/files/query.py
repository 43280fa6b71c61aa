"""Which rows a search statement selects: Lucene's syntax, as log services read it.

`field:value`, `field:"a phrase"`, `field:>=400`, `field:[1 TO 5}`, `field:*`, wildcards `*` and `?`, AND, OR, NOT (in
any case), `+`, `-`, parentheses. Words without a field are looked for in every column; terms side by side have to hold
together. Empty or `*`: every row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from mockserver.files import terms
from mockserver.files.row import Row
from mockserver.files.statements import (
    DEEPEST,
    DIALECTS,
    MOST_CHARACTERS,
    MOST_TERMS,
    BadQuery,
    Condition,
    parse,
    require_short,
)

Node = Any  # a node of luqum's syntax tree, which has no types

_QUOTED = r'"(?:[^\\"]|\\.)*"|\\.'
_KEYWORD = re.compile(r"^\s*match(?=\s+\S)", re.IGNORECASE)
_PIPE = re.compile(rf"{_QUOTED}|(\|)", re.DOTALL)
_OPERATOR = re.compile(rf"{_QUOTED}|(?<![^\s()])(and|or|not)(?![^\s()])", re.DOTALL | re.IGNORECASE)
_TERM = re.compile(rf"{_QUOTED}|[^\s()\[\]{{}}\"\\]+", re.DOTALL)
_SPECIAL = re.compile(r'\\.|([<>"!&])', re.DOTALL)
_FIELD = re.compile(r"[\w.@-]+|\*")
_POSITION = re.compile(r"position (\d+)")


LUCENE = "lucene"


def check_query(text: str, syntax: str = LUCENE) -> None:
    """Raises BadQuery for SQL after a pipe, for broken syntax, and for syntax that nobody here understands."""
    condition(text, syntax)


@lru_cache(maxsize=256)
def condition(text: str, syntax: str = LUCENE) -> Condition:
    """What a row has to fulfil. Raises BadQuery."""
    statement = _KEYWORD.sub(lambda keyword: " " * len(keyword[0]), text)
    if statement.strip() in {"", "*"}:
        return always
    _check_size(statement)
    if syntax != LUCENE:
        return parse(text, DIALECTS[syntax])
    for found in _PIPE.finditer(statement):
        if found[1]:
            raise BadQuery(f"the pipe at position {found.start()} starts SQL; a search ends before it, or quotes it")
    return _compile(_parse_lucene(_OPERATOR.sub(_raise_operator, statement)), "", 0)


def _raise_operator(found: re.Match[str]) -> str:
    return found[1].upper() if found[1] else found[0]


def _check_size(statement: str) -> None:
    if len(statement) > MOST_CHARACTERS:
        raise BadQuery(f"the statement has {len(statement)} characters; {MOST_CHARACTERS} can be evaluated")
    count = sum(1 for _ in _TERM.finditer(statement))
    if count > MOST_TERMS:
        raise BadQuery(f"the statement has {count} terms; {MOST_TERMS} can be evaluated")


def _parse_lucene(statement: str) -> Node:
    from luqum.thread import parse

    try:
        return parse(statement)
    except ArithmeticError:
        raise BadQuery("a number after ~ or ^ is broken; neither is supported anyway") from None
    except ValueError as error:
        place = _POSITION.search(str(error)[-40:])
        position = int(place[1]) if place else len(statement)
        if position < len(statement):
            raise BadQuery(f"{statement[position]!r} at position {position} is not expected there") from None
        raise BadQuery("the statement ends too early: look for an open parenthesis or an operator at its end") from None


def _compile(node: Node, field: str, depth: int) -> Condition:
    kind = type(node).__name__
    if depth > DEEPEST:
        raise BadQuery(f"the statement is nested deeper than {DEEPEST} levels")
    if kind not in _COMPILERS:
        raise BadQuery(f"{kind.lower()} at position {node.pos} is not supported")
    return _COMPILERS[kind](node, field, depth + 1)


def _search_field(node: Node, field: str, depth: int) -> Condition:
    if field:
        raise BadQuery(f"{node.name!r} at position {node.pos} is a field inside {field!r}; quote a colon in a value")
    if not _FIELD.fullmatch(node.name):
        raise BadQuery(f"{node.name!r} at position {node.pos} is no name of a field")
    if type(node.expr).__name__ in {"Prohibit", "Plus", "Not"}:
        raise BadQuery(f"{node.name!r} at position {node.pos} has an operator as value; a negative number is quoted")
    return _compile(node.expr, node.name, depth)


def _group(node: Node, field: str, depth: int) -> Condition:
    return _compile(node.children[0], field, depth)


def _every(node: Node, field: str, depth: int) -> Condition:
    conditions = [_compile(child, field, depth) for child in node.children]
    return lambda row: all(holds(row) for holds in conditions)


def _any(node: Node, field: str, depth: int) -> Condition:
    conditions = [_compile(child, field, depth) for child in node.children]
    return lambda row: any(holds(row) for holds in conditions)


def _not(node: Node, field: str, depth: int) -> Condition:
    holds = _compile(node.children[0], field, depth)
    return lambda row: not holds(row)


def _word(node: Node, field: str, _depth: int) -> Condition:
    if node.value == "*":
        return _on(field, terms.given) if field not in {"", "*"} else always
    _check_word(node)
    if terms.is_patterned(node.value):
        require_short(node.value, node.pos)
        return _on(field, terms.like(node.value))
    return _on(field, terms.equal(terms.unescape(node.value)))


def _check_word(node: Node) -> None:
    for found in _SPECIAL.finditer(node.value):
        if found[1]:
            raise BadQuery(f"{found[1]!r} in {node.value!r} at position {node.pos} has to be quoted or escaped")


def _phrase(node: Node, field: str, _depth: int) -> Condition:
    return _on(field, terms.equal(_bound(node)))


def _range(node: Node, field: str, _depth: int) -> Condition:
    low, high = (_bound(bound) for bound in (node.low, node.high))
    above = terms.compare(">=" if node.include_low else ">", low) if low != "*" else terms.given
    below = terms.compare("<=" if node.include_high else "<", high) if high != "*" else terms.given
    return _on(_named(node, field), lambda value: above(value) and below(value))


def _from(node: Node, field: str, _depth: int) -> Condition:
    return _on(_named(node, field), terms.compare(">=" if node.include else ">", _bound(node.a)))


def _to(node: Node, field: str, _depth: int) -> Condition:
    return _on(_named(node, field), terms.compare("<=" if node.include else "<", _bound(node.a)))


def _named(node: Node, field: str) -> str:
    if not field:
        raise BadQuery(f"the comparison at position {node.pos} needs a field before it, such as status:>=400")
    return field


def _bound(node: Node) -> str:
    """The text of a word, of a phrase without its quotes, or of a negative number."""
    kind = type(node).__name__
    if kind == "Prohibit":
        return "-" + _bound(node.children[0])
    if kind == "Phrase":
        return terms.unescape(node.value[1:-1])
    if node.value != "*":
        _check_word(node)
        if terms.is_patterned(node.value):
            raise BadQuery(f"{node.value!r} at position {node.pos} is a pattern, where a value has to stand")
    return terms.unescape(node.value)


def _on(field: str, test: terms.Test) -> Condition:
    if field in {"", "*"}:
        return lambda row: any(test(value) for value in row.values())
    return lambda row: test(row.get(field))


def always(_row: Row) -> bool:
    """What every row fulfils."""
    return True


_COMPILERS: Mapping[str, Callable[[Node, str, int], Condition]] = {
    "SearchField": _search_field,
    "Group": _group,
    "FieldGroup": _group,
    "AndOperation": _every,
    "UnknownOperation": _every,
    "OrOperation": _any,
    "Plus": _group,
    "Not": _not,
    "Prohibit": _not,
    "Word": _word,
    "Phrase": _phrase,
    "Range": _range,
    "From": _from,
    "To": _to,
}
