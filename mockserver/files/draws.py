"""What one row is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from openapi.model import Json


class Trait(IntEnum):
    """What varies from row to row; the value is the place of its number in `Draw.numbers`."""

    MOMENT = 0
    PERSON = 1
    OUTCOME = 2
    METHOD = 3
    PLACE = 4
    ADDRESS = 5
    AGENT = 6
    SIZE = 7
    DURATION = 8
    HOST = 9
    STATE = 10
    EVENT = 11
    COUNT = 12
    IDENTITY = 13  # and the two after it


@dataclass(frozen=True, slots=True)
class Draw:
    """What a row is made from. Columns that speak of the same thing read the same trait, so they agree."""

    moment: int  # epoch milliseconds
    serial: int  # different for each row of a table
    numbers: tuple[int, ...]  # sixteen, of 32 bits, different for each row


Maker = Callable[[Draw], Json]  # of the values of a column

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def one_of(trait: Trait, *options: Json) -> Maker:
    """One of the options; one that stands there more often comes more often."""
    place, count = int(trait), len(options)
    return lambda draw: options[draw.numbers[place] % count]


def between(trait: Trait, low: int, high: int) -> Maker:
    """A whole number, both bounds included."""
    place, count = int(trait), high - low + 1
    return lambda draw: low + draw.numbers[place] % count


def time_after(draw: Draw, milliseconds: int = 0) -> str:
    """So long after the row's moment, as ISO 8601 in UTC."""
    moment = _EPOCH + timedelta(milliseconds=draw.moment + milliseconds)
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def spread(names: tuple[str, ...], maker: Maker) -> dict[str, Maker]:
    """The same maker under several names."""
    return dict.fromkeys(names, maker)
