"""Which rows a search statement selects, in the syntaxes that log services have made for themselves.

`field:value`, `field>400`, words and phrases, AND, OR, NOT (in any case, AND before OR), parentheses; terms side by
side have to hold together. A word may hold patterns, not start with one. How they differ, a `Dialect` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mockserver.files import terms
from mockserver.files.globs import LONGEST
from mockserver.files.row import Row
from mockserver.files.spelling import spell

Condition = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a syntax differs from the others."""

    patterns: str  # the characters that stand for others in a word
    keyword: str = ""  # that may come before a statement
    sql: str = ""  # the word that starts what is no search
    intervals: bool = False  # whether `field in [1 5)` is known
    unordered: str = ""  # quotes around words in any order
    patterned: str = ""  # quotes around phrases whose words may hold patterns


DIALECTS: Mapping[str, Dialect] = {
    "cql": Dialect(patterns="*", patterned="\"'"),
    "match": Dialect(patterns="*?", keyword="match", sql="select", intervals=True, unordered='"'),
}


class BadQuery(ValueError):
    """A search statement that cannot be evaluated: where, and what is wrong."""


class Kind(StrEnum):
    """What a piece of a statement is."""

    QUOTED = "quoted"
    OPEN = "open"
    CLOSE = "close"
    COMPARED = "compared"
    COLON = "colon"
    INTERVAL = "interval"
    WORD = "word"
    END = "end"


MOST_CHARACTERS = 16_384
MOST_TERMS = 1024  # as Lucene bounds them
DEEPEST = 50  # levels of parentheses and operators

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<interval>\[[^\[\]()"']*[\])])
    | (?P<open>\() | (?P<close>\))
    | (?P<compared>>=|<=|>|<|=) | (?P<colon>:)
    | (?P<word>(?:[^\s()"':<>=|\\\[]|\\.|(?<=[^\s()"':<>=|])\[)+)
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_FIELD = re.compile(r"[\w.@-]+")
_INTERVAL = re.compile(r"([\[(])\s*([^\s,]+)[\s,]+([^\s,]+?)\s*([\])])")  # no part takes what the next one does
_OPERATORS = frozenset({"and", "or", "not"})
_SEGMENT = re.compile(r"(?:\w|\\.)+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Kind
    text: str
    place: int

    @property
    def operator(self) -> str:
        """`and`, `or` or `not`, if it is one."""
        lowered = self.text.lower()
        return lowered if self.kind is Kind.WORD and lowered in _OPERATORS else ""


def parse(statement: str, dialect: Dialect) -> Condition:
    """What a row has to fulfil. Raises BadQuery."""
    start = re.match(rf"\s*{dialect.keyword}(?=\s+\S)", statement, re.IGNORECASE) if dialect.keyword else None
    found = [*_tokens(statement, start.end() if start else 0)]
    if dialect.sql and found[0].text.lower() == dialect.sql and found[1].kind is not Kind.COLON:
        raise BadQuery(f"{found[0].text!r} starts SQL, and only a search can be exported")
    if len(found) > MOST_TERMS:
        raise BadQuery(f"the statement has more than {MOST_TERMS} terms")
    parser = _Parser(found, dialect)
    condition = parser.any("")
    if parser.next.kind is not Kind.END:
        raise _unexpected(parser.next)
    return condition


def _tokens(statement: str, place: int) -> Iterator[_Token]:
    while True:
        found = _TOKEN.match(statement, place)
        if found is None:
            raise _unreadable(statement, place)
        kind = Kind(str(found.lastgroup))
        yield _Token(kind, found[kind], found.start(kind))
        if kind is Kind.END:
            return
        place = found.end()


def _unreadable(statement: str, place: int) -> BadQuery:
    place += len(statement[place:]) - len(statement[place:].lstrip())
    character = statement[place]
    if character == "|":
        return BadQuery(f"the pipe at position {place} starts SQL; a search ends before it, or quotes it")
    if character in "\"'":
        return BadQuery(f"the quote at position {place} is not closed")
    return BadQuery(f"{character!r} at position {place} is not expected there; in a value it is quoted")


@dataclass(slots=True)
class _Parser:
    tokens: list[_Token]
    dialect: Dialect
    depth: int = field(default=0)
    place: int = field(default=0)

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def any(self, name: str) -> Condition:
        """Terms of which one has to hold; `name` is the field that they are about, if one is said around them."""
        found = [self.every(name)]
        while self.next.operator == "or":
            self.take()
            found.append(self.every(name))
        return found[0] if len(found) == 1 else lambda row: any(holds(row) for holds in found)

    def every(self, name: str) -> Condition:
        """Terms that all have to hold, with an operator between them or side by side."""
        found = [self.one(name)]
        while self.next.operator in {"and", "not"} or self.next.kind in {Kind.WORD, Kind.QUOTED, Kind.OPEN}:
            if self.next.operator == "or":
                break
            if self.next.operator == "and":
                self.take()
            found.append(self.one(name))
        return found[0] if len(found) == 1 else lambda row: all(holds(row) for holds in found)

    def one(self, name: str) -> Condition:
        """A term, a negated one, or a group."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadQuery(f"the statement is nested deeper than {DEEPEST} levels")
        token = self.take()
        if token.operator == "not":
            holds = self.one(name)
            found: Condition = lambda row: not holds(row)  # noqa: E731
        elif token.kind is Kind.OPEN:
            found = self.any(name)
            if self.take().kind is not Kind.CLOSE:
                raise BadQuery(f"the parenthesis at position {token.place} is not closed")
        elif token.operator or token.kind not in {Kind.WORD, Kind.QUOTED, Kind.COMPARED}:
            raise _unexpected(token)
        else:
            found = self.term(token, name)
        self.depth -= 1
        return found

    def term(self, token: _Token, name: str) -> Condition:
        """A field with what is looked for in it, or that alone."""
        following = self.next
        if token.kind is Kind.COMPARED:
            return self.compared(token, _named(token, name))
        if token.kind is Kind.WORD and following.kind in {Kind.COLON, Kind.COMPARED}:
            if name or not _FIELD.fullmatch(terms.unescape(token.text)):
                raise _unexpected(following)
            self.take()
            named = terms.unescape(token.text)
            return self.valued(named) if following.kind is Kind.COLON else self.compared(following, named)
        if self.dialect.intervals and following.text.lower() == "in" and self.tokens[self.place + 1].kind in _STARTS:
            self.take()
            return self.interval(terms.unescape(token.text))
        return sought(token, name, self.dialect)

    def valued(self, name: str) -> Condition:
        """What stands behind the colon of a field."""
        token = self.take()
        if token.kind is Kind.OPEN:
            self.place -= 1
            return self.one(name)
        if token.kind is Kind.COMPARED:
            return self.compared(token, name)
        if token.text == "*":
            return lambda row: name in row
        if token.kind is Kind.QUOTED and not token.text[1:-1]:
            return lambda row: name in row and not _SEGMENT.search(spell(row[name]))
        if token.kind not in {Kind.WORD, Kind.QUOTED} or token.operator:
            raise _unexpected(token)
        return sought(token, name, self.dialect)

    def compared(self, order: _Token, name: str) -> Condition:
        """A number on one side of another."""
        token = self.take()
        if token.kind is not Kind.WORD or not terms.is_number(token.text):
            raise BadQuery(f"{order.text!r} at position {order.place} compares numbers, such as status>=400")
        orders = (">=", "<=") if order.text == "=" else (order.text,)
        tests = [terms.compare(each, token.text) for each in orders]
        return lambda row: all(test(row.get(name)) for test in tests)

    def interval(self, name: str) -> Condition:
        """Numbers from one to another, each of which may be left out."""
        token = self.take()
        text = token.text
        while token.kind is not Kind.END and not _INTERVAL.fullmatch(text):
            token = self.take()
            text = f"{text} {token.text}"
        found = _INTERVAL.fullmatch(text)
        if not found or not (terms.is_number(found[2]) and terms.is_number(found[3])):
            raise BadQuery(f"what comes after 'in' at {name!r} is no interval of numbers, such as [100 200)")
        above = terms.compare(">=" if found[1] == "[" else ">", found[2])
        below = terms.compare("<=" if found[4] == "]" else "<", found[3])
        return lambda row: above(row.get(name)) and below(row.get(name))


_STARTS = frozenset({Kind.INTERVAL, Kind.OPEN})


def sought(token: _Token, name: str, dialect: Dialect) -> Condition:
    """Words or a phrase that stand in a field, in any of them where it has no name. Raises BadQuery."""
    if token.kind is Kind.QUOTED and token.text[0] not in dialect.unordered:
        inside = token.text[1:-1]
        patterns = dialect.patterns if token.text[0] in dialect.patterned else ""
        if terms.is_patterned(inside, patterns):
            require_short(inside, token.place)
        return _in(name, terms.phrase(inside, patterns))
    patterns = dialect.patterns if token.kind is Kind.WORD else ""
    text = token.text if token.kind is Kind.WORD else token.text[1:-1]
    if text == "*" and patterns:
        return lambda _: True
    if patterns and text[0] in patterns:
        raise BadQuery(f"{text!r} at position {token.place} starts with a pattern, which no word may")
    if text[:1] in {"[", "{"} and not name:
        raise _unexpected(token)
    if terms.is_patterned(text, patterns):
        require_short(text, token.place)
    tests = [_in(name, test) for test in terms.words(text, patterns)]
    return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)


def require_short(pattern: str, place: int) -> None:
    """Raises BadQuery for a pattern that is too long to be evaluated."""
    if len(pattern) > LONGEST:
        message = f"the pattern at position {place} has {len(pattern)} characters; {LONGEST} can be evaluated"
        raise BadQuery(message)


def _in(name: str, test: terms.Test) -> Condition:
    if name:
        return lambda row: test(row.get(name))
    return lambda row: any(test(value) for value in row.values())


def _named(token: _Token, name: str) -> str:
    if not name:
        raise BadQuery(f"{token.text!r} at position {token.place} needs a field before it, such as status>=400")
    return name


def _unexpected(token: _Token) -> BadQuery:
    if token.kind is Kind.END:
        return BadQuery("the statement ends too early: look for an open parenthesis or an operator at its end")
    return BadQuery(f"{token.text!r} at position {token.place} is not expected there; in a value it is quoted")
