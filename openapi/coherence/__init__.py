"""Whether the parts of a spec speak of each other rightly: what one names, another has to declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from openapi.coherence.answers import answers
from openapi.coherence.calls import calls
from openapi.coherence.found import Mistake
from openapi.coherence.names import names
from openapi.coherence.refusals import refusals
from openapi.coherence.schemas import schemas
from openapi.coherence.sources import sources
from openapi.coherence.whole import whole
from openapi.document import SpecError
from openapi.lines import Lines
from openapi.model import Spec

_CHECKS: tuple[Callable[[Spec], Iterator[Mistake]], ...] = (whole, names, calls, schemas, answers)
_AS_WRITTEN: tuple[Callable[[Spec], Iterator[Mistake]], ...] = (refusals, sources)


def mistakes(spec: Spec, *, is_read_otherwise: bool = False) -> Iterator[Mistake]:
    """All that names something that nothing declares, or that contradicts something else.

    A spec that `is_read_otherwise` has facts from the source of another answer, which its quotes do not say, and may
    keep what the usual one alone has a use for.
    """
    for check in _CHECKS if is_read_otherwise else (*_CHECKS, *_AS_WRITTEN):
        yield from check(spec)


def check_coherence(spec: Spec, *, is_read_otherwise: bool = False) -> None:
    """Raise SpecError, with the place and what would be right, for the first of the mistakes."""
    for pointer, message in mistakes(spec, is_read_otherwise=is_read_otherwise):
        place = Lines(Path(spec.path)).place(pointer)
        raise SpecError(f"{place.path}:{place.line}: {message} (at {pointer})")
