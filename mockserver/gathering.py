"""Requests that came at the same time, answered together: what they do to a store is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from mockserver.engine import Engine
from mockserver.foresight import Foreseen
from mockserver.gateway import Answer
from mockserver.store import Apart, Busy, InDoubt, Outdated, StoreError, Together
from openapi.messages import Request, Response

LARGE = 1 << 16  # bytes of a body; to read one takes so long that nobody else should have to wait for it


class Undone(StoreError):
    """Nothing was kept of what was done together."""


class Gathering:
    """Answers of an engine whose store is shared. Safe to call from any number of threads.

    What an answer tells is kept once it is given. Requests that cannot be kept together are answered one by one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def waits(self) -> bool:
        """Whether the store always has to be waited for."""
        return self._engine.store.is_slow

    def end(self) -> None:
        """Let nobody wait for a file any more: who does is refused, and so stands in the journal, too."""
        self._engine.preparation.is_waited_for = False

    def foresee(self, request: Request) -> Foreseen:
        """A request, with what can be found out about it before it is its turn; of a large one in its own thread."""
        if self.waits and len(request.body) > LARGE:
            return Foreseen(request)
        try:
            return self._engine.foresee(request)
        except Exception:  # noqa: BLE001 - a mistake of ours, which shows again when it is its turn
            return Foreseen(request)

    def begin_at_once(self, requests: Sequence[Foreseen]) -> list[Answer] | None:
        """As `begin`, but None, and nothing is done, where somebody else would have to be waited for."""
        try:
            with self._engine.store.at_once():
                return self.begin(requests)
        except Busy:
            return None

    def when_free(self, told: Callable[[], object]) -> None:
        """Call `told`, in any thread, once it is worth trying again where somebody else had to be waited for."""
        self._engine.store.when_free(told)

    def begin(self, requests: Sequence[Foreseen]) -> list[Answer]:
        """The answers, as `Engine.begin` gives them; what waits for one may be called in another thread."""
        engine = self._engine
        self._catch_up()
        try:
            try:
                return self._begin_all(requests)
            except Outdated:
                engine.look()
                return self._begin_all(requests)
        except Busy:
            raise
        except (Outdated, Undone):
            return [partial(engine.handle, each.request) for each in requests]
        except StoreError as error:
            return [partial(self._refuse, each.request, error) for each in requests]

    def _begin_all(self, requests: Sequence[Foreseen]) -> list[Answer]:
        """All of them, or none. Raises Undone where they may be tried one by one, else another StoreError."""
        engine, answers = self._engine, list[Answer]()
        is_open = False
        try:
            with engine.store.together(len(requests)) as together:
                is_open = True
                with self._forgetting(together):
                    engine.look()
                    for each in requests:
                        answers.append(self._begin(each))
                        if together.has_failed:
                            break
        except Busy:
            raise
        except (InDoubt, Outdated):
            engine.forget()
            raise
        except StoreError as error:
            engine.forget()
            if is_open:
                raise Undone(str(error)) from error
            raise
        return answers

    @contextmanager
    def _forgetting(self, together: Together) -> Iterator[None]:
        """What was changed and will be undone is forgotten while nobody else can go on from it."""
        try:
            yield
        except BaseException:
            self._engine.forget()
            raise
        if together.has_failed:
            self._engine.forget()

    def _catch_up(self) -> None:
        """Have exchanges kept that could not be before; where that is not possible now, nobody is refused for it."""
        journal, store = self._engine.journal, self._engine.store
        if journal is not None:
            with store.at_once(), suppress(StoreError):
                journal.catch_up()

    def _refuse(self, request: Request, error: StoreError) -> Response:
        """Tell a client, who has waited for the store already."""
        with self._engine.store.at_once():
            return self._engine.refuse(request, error)

    def _begin(self, foreseen: Foreseen) -> Answer:
        """An answer. What may have to wait for another who may wait for this thread is left for later."""
        engine, request = self._engine, foreseen.request
        if not engine.records.are_at_hand or (self.waits and engine.faults.are_waiting):
            return partial(engine.handle, request)
        try:
            return engine.begin(request, foreseen)
        except Apart:
            return partial(engine.handle, request)
        except Outdated:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours, which must not cost others their answers
            return partial(_fail, error)


def _fail(error: Exception) -> Response:
    raise error
