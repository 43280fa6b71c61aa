"""A mock in this process: what `requests` sends to the clouds' own hosts is answered without a socket."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, Unpack

from mockserver.client.control import Control
from mockserver.client.doors import PlaneDoor
from mockserver.settings import Keywords, check_names

if TYPE_CHECKING:
    from mockserver.control.plane import Plane
    from mockserver.interception import Catch
    from mockserver.login import Login

Others = Literal["refuse", "pass"]
REFUSE: Others = "refuse"
PASS: Others = "pass"  # noqa: S105 - no password
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class MockKeywords(Keywords, total=False):
    """What `mock` takes by name."""

    others: Others  # hosts of nobody's: `refuse` (the default) or `pass`


class Mock(Control):
    """A mock that is there while it is entered: with `with`, as a decorator, or from `start` to `stop`.

    Settings and APIs are read when it is made, records when it is entered. It starts empty each time. Entered again
    before it has ended, it begins anew within, and goes on after.
    """

    def __init__(self, apis: tuple[str | Path, ...], keywords: MockKeywords) -> None:
        # Here, so that a test suite that imports this pays for the engine only when it has a mock.
        from mockserver.groundwork import lay

        super().__init__(PlaneDoor(self._newest))
        self._groundwork = lay(apis, keywords)
        self._passes = keywords.get("others") == PASS
        self._entered: list[tuple[Catch, Plane]] = []

    def start(self) -> Self:
        """Begin to answer. Raises ValueError for records that cannot be read."""
        self._entered.append(self._groundwork.enter(passes=self._passes))
        return self

    def stop(self) -> None:
        """Let calls through to where they go again."""
        from mockserver.interception import NET

        catch, plane = self._entered.pop()
        NET.haul(catch)
        plane.controls.engine.preparation.end()

    def client(self, api: str, login: Login | None = None) -> Any:
        """A client of the official SDK for Python with the provider's own endpoint, as the first account or `login`.

        Raises KeyError for an API that is not served, NoClient where the SDK is not installed, or has HTTP of its own.
        """
        from mockserver.hints import places, served
        from mockserver.official import in_process_client, own_url

        spec = served(self._newest().controls.engine.specs, api)
        return in_process_client(spec, places(own_url(spec), login or self.accounts.all()[0]))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, decorated: Decorated) -> Decorated:
        """The same function, mocked while it runs; of a class, each of its tests is."""
        if isinstance(decorated, type):
            return self._around_class(decorated)  # type: ignore[return-value]
        return self._around(decorated)  # type: ignore[return-value]

    def _around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def answer(*arguments: Any, **named: Any) -> Any:
                with self:
                    return await function(*arguments, **named)

        elif inspect.isgeneratorfunction(function):

            @wraps(function)
            def answer(*arguments: Any, **named: Any) -> Iterator[Any]:
                with self:
                    yield from function(*arguments, **named)

        else:

            @wraps(function)
            def answer(*arguments: Any, **named: Any) -> Any:
                with self:
                    return function(*arguments, **named)

        return answer

    def _around_class(self, tests: type) -> type:
        """Of a `unittest.TestCase`, `setUp` is mocked, too."""
        import unittest  # here, as it takes its time, and whoever decorates such a class has it

        if issubclass(tests, unittest.TestCase):
            set_up = tests.setUp

            @wraps(set_up)
            def mocked(case: unittest.TestCase) -> None:
                case.enterContext(self)
                set_up(case)

            setattr(tests, set_up.__name__, mocked)
            return tests
        for name, method in list(vars(tests).items()):
            if name.startswith("test") and inspect.isfunction(method):
                setattr(tests, name, self._around(method))
        return tests

    def _newest(self) -> Plane:
        if not self._entered:
            raise ConnectionError("the mock is not running: enter it with `with`, as a decorator, or with start()")
        return self._entered[-1][1]


def mock(*apis: str | Path, **keywords: Unpack[MockKeywords]) -> Mock:
    """A mock of the chosen APIs (names, or paths of YAML files; all when none is chosen), for `with` or `@`.

        with mockserver.mock("api-name") as cloud:
            ...  # an official client with its own endpoint
            cloud.clock.advance(60)

    While it is entered, calls of `requests` to the hosts of these APIs are answered by it, in all threads; others are
    refused with a ConnectionError, or pass. `MockKeywords` lists what is taken by name.

    Raises SpecError for an API or a reading that cannot be used, TypeError, ValueError for the rest.
    """
    check_names("mock", keywords, MockKeywords)
    if keywords.get("others", REFUSE) not in (REFUSE, PASS):
        raise ValueError(f"others: {keywords.get('others')!r} is neither {REFUSE!r} nor {PASS!r}")
    if apis and callable(apis[0]):
        raise TypeError("mock is called before it decorates: @mock(), or @mock('api-name')")
    return Mock(apis, keywords)
