"""Answers in the provider's own words: the schema of an answer, compiled into a function that writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from mockserver.facts import Facts
from mockserver.items import Items, items_of, without_items
from mockserver.writing import Check, Write, checker, encode, value_writer, writer
from openapi import markup
from openapi.messages import Response
from openapi.model import Answer, Json


@dataclass(frozen=True, slots=True)
class Renderer:
    """Writes one documented answer."""

    answer: Answer
    write: Write | None  # None: no body, or a file
    headers: tuple[tuple[str, Write], ...]
    check: Check
    items: tuple[Items, ...]
    encode: Callable[[Json], bytes]

    def render(self, facts: Facts, status: int) -> Response:
        """The answer about `facts`. Raises SpecViolation."""
        headers = self.render_headers(facts)
        if self.write is None:
            return Response(status, headers)
        body = self.write(facts)
        self.check(body, facts)
        for items in self.items:
            items.put_into(body, facts)
        return Response(status, headers, self.encode(body))

    def render_headers(self, facts: Facts) -> dict[str, str]:
        """The headers of the answer, its content type among them."""
        headers = {"content-type": self.answer.content_type} if self.answer.content_type else {}
        for name, write in self.headers:
            value = write(facts)
            if value is not None:
                headers[name] = str(value)
        return headers


def renderer(answer: Answer, arguments: frozenset[str]) -> Renderer:
    """The renderer of an answer; `arguments` are the names that its properties may echo."""
    headers = tuple(
        (name, value_writer(schema, "", frozenset()))
        for name, schema in answer.headers.items()
        if name != "content-type" and schema.keys() & {"x-bind", "x-value", "default"}
    )
    if answer.schema is None:
        return Renderer(answer, None, headers, checker({}), (), encode)
    is_json = not markup.is_markup(answer.content_type)
    write, check = writer(answer.schema, "", arguments), checker(without_items(answer.schema))
    items = items_of(answer.schema, arguments, is_json=is_json)
    return Renderer(answer, write, headers, check, items, encode if is_json else partial(markup.write, answer.schema))
