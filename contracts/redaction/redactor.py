"""Placeholders instead of what only the holder of an account may know."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from contracts.redaction.members import Kind, claims
from contracts.redaction.names import kind_of, without_named
from contracts.redaction.spellings import Needle, levels, mentions, needles
from contracts.target import Account
from openapi.messages import Request
from openapi.model import Json

SHORTEST = 4  # characters of a value that is looked for; shorter ones are words
MOST_LEARNED = 256  # values that are remembered besides those of the profile


@dataclass(frozen=True, slots=True)
class Word:
    """A value that never leaves."""

    placeholder: str
    value: str
    needles: tuple[Needle, ...] = field(repr=False)

    @classmethod
    def of(cls, what: str, value: str) -> Word:
        return cls(f"<{what}>", value, needles(value))


@dataclass(eq=False)
class Redactor:
    """Knows the values of a run that never leave, and the names of those that it does not know."""

    words: tuple[Word, ...] = ()
    is_open: bool = False  # nothing is kept back: a mock's credentials are published
    _learned: OrderedDict[str, Word] = field(default_factory=OrderedDict[str, Word])
    _lock: Lock = field(default_factory=Lock)

    def learn(self, what: str, value: Json) -> None:
        """Keep back a value that was only told in the run, such as a token that was issued, from now on."""
        text = str(value) if isinstance(value, str | int) else ""
        if self.is_open or len(text) < SHORTEST or any(text == each.value for each in self.words):
            return
        with self._lock:
            if text not in self._learned:
                self._learned[text] = Word.of(what, text)
                if len(self._learned) > MOST_LEARNED:
                    self._learned.popitem(last=False)

    def text(self, text: str, more: Iterable[Word] = ()) -> str:
        """The text with placeholders: `<access key>`, `<signature>`, `<project of second>` and so on."""
        if self.is_open or not text:
            return text
        return without_named(_without_words(text, [*self._words(), *more]))

    def json(self, value: Json) -> Json:
        """The value with placeholders in each of its texts, names of members included."""
        if self.is_open:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(name): self._member(name, each) for name, each in value.items()}
        return [self.json(each) for each in value] if isinstance(value, list) else value

    def headers(self, headers: Mapping[str, str], more: Iterable[Word] = ()) -> dict[str, str]:
        """The headers with placeholders; one that shows credentials in an unknown form becomes one placeholder."""
        if self.is_open:
            return dict(headers)
        more = list(more)
        return {name: self._header(name, value, more) for name, value in headers.items()}

    def shown_by(self, request: Request) -> list[Word]:
        """What a request itself tells of its sender: its key, its token and its signature."""
        known = {each.value for each in self._words()}
        is_known = {each.placeholder.strip("<>").partition(" of ")[0] for each in self.words}
        return [
            Word.of(f"another {kind}" if kind in is_known and kind is not Kind.SIGNATURE else kind, value)
            for kind, value in ([] if self.is_open else claims(request))
            if len(value) >= SHORTEST and value not in known
        ]

    def _header(self, name: str, value: str, more: list[Word]) -> str:
        kind = kind_of(name)
        if kind is None:
            return self.text(value, more)
        shown = _without_words(value, [*self._words(), *more])
        return shown if shown != value and more else f"<{kind}>"

    def _member(self, name: str, value: Json) -> Json:
        kind = kind_of(name)
        return f"<{kind}>" if kind and isinstance(value, str) and value else self.json(value)

    def _words(self) -> list[Word]:
        with self._lock:
            return [*self.words, *self._learned.values()]


def redactor_of(accounts: Mapping[str, Account]) -> Redactor:
    """Keeps back what belongs to these accounts, whose names are part of the placeholders but for that of the first."""
    return Redactor(tuple(_words_of(accounts)))


def _words_of(accounts: Mapping[str, Account]) -> Iterator[Word]:
    for name, account in accounts.items():
        whose = "" if name == "first" else f" of {name}"
        key = account.key
        for kind, value in (
            (Kind.SECRET, key.secret),
            (Kind.KEY, key.key_id),
            (Kind.TOKEN, key.token),
            (Kind.TOKEN, account.token),
            (Kind.PROJECT, account.project),
        ):
            if len(value) >= SHORTEST:
                yield Word.of(f"{kind}{whose}", value)


def _found(text: str, words: list[Word]) -> Iterator[tuple[int, int, str]]:
    """Where each of them begins and, counted backwards so that of two the longer comes first, where it ends."""
    for level in levels(text):
        for word in words:
            for needle in word.needles:
                yield from ((span.start, -span.end, word.placeholder) for span in needle.spans(level))


def _without_words(text: str, words: list[Word]) -> str:
    if not mentions(text, [needle for word in words for needle in word.needles]):
        return text
    pieces, at = list[str](), 0
    for start, minus_end, placeholder in sorted(_found(text, words)):
        if -minus_end > at:
            pieces += [text[at:start], placeholder] if start >= at else []
            at = -minus_end
    return "".join([*pieces, text[at:]])


OPEN = Redactor(is_open=True)
