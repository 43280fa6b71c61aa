"""What links and files show: where a link leads, and whether a file is as large as its task says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from contracts.proxy.points import Book, Kept, Observed, Point, Unkept
from contracts.proxy.tasks import Tasks
from openapi.clauses import ClauseKind
from openapi.model import Action, Json

KEPT_LINKS = 4096


@dataclass
class Files:
    """The links that were told, and the sizes of files."""

    book: Book
    tasks: Tasks
    links: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])  # path and query: task

    def judge(self, seen: Observed) -> Iterator[Point]:
        """What the answer shows of links and files."""
        if not seen.reply.accepted:
            return
        for values in seen.tasks:
            link = values.get("task.link")
            if isinstance(link, str) and link:
                yield from self._link(link, str(values.get("task.id") or seen.arguments.get("task.id") or ""))
        request = seen.reply.exchange.request
        if seen.operation.action is Action.DOWNLOAD and (request.path, request.query) in self.links and seen.is_plain:
            yield from self._led(seen, self.links[request.path, request.query])

    def _link(self, link: str, task: str) -> Iterator[Point]:
        url = urlsplit(link)
        if url.scheme not in {"http", "https"} or not url.netloc:
            clause = self.book.first(ClauseKind.LINK)
            yield from (Unkept(each, "a link with a scheme and a host", link) for each in filter(None, [clause]))
            return
        self.links[unquote(url.path, errors="surrogateescape"), url.query] = task
        if len(self.links) > KEPT_LINKS:
            del self.links[next(iter(self.links))]

    def _led(self, seen: Observed, task: str) -> Iterator[Point]:
        """A link that was told leads to a file, as large as the task says."""
        clause = self.book.first(ClauseKind.LINK)
        size, length = self._size(task), seen.passed.response_body.length
        if not clause:
            return
        if size is not None and size != length and "content-encoding" not in seen.reply.headers:
            yield Unkept(clause, f"a file of {size} bytes, as the task says", f"{length} bytes")
        else:
            yield Kept(clause)

    def _size(self, task: str) -> int | None:
        for model in self.tasks.models.values():
            told: Json = model.told[task][0].get("task.file.size") if task in model.told else None
            if isinstance(told, int):
                return told
        return None
