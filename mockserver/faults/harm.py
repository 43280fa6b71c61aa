"""What happens to an answer between the engine and the client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mockserver.clock import MovableClock
from mockserver.faults.draws import chance, garbage, lognormal
from mockserver.faults.effects import LONGEST, Kind, Name
from mockserver.faults.waiting import Hit, Hits
from openapi.messages import Response
from openapi.values import value

LOSING = frozenset({Name.RESET, Name.EMPTY, Name.TRUNCATE, Name.GARBAGE})  # of these, a client has no whole answer


@dataclass(frozen=True, slots=True)
class Harm:
    """How an answer is spoilt; as it stands here, not at all."""

    delay: float = 0.0  # seconds before it
    effect: Name | None = None  # dribble, reset, empty, truncate, garbage
    pause: float = 0.0  # seconds before each piece of a dribble
    size: int = 0  # bytes of a piece
    share: float = 1.0  # of the body that is sent before it breaks off
    seed: int = 0  # of garbage
    number: int = 0

    @property
    def is_lost(self) -> bool:
        """Whether not a byte of the answer arrives."""
        return self.effect in (Name.RESET, Name.EMPTY)


@value
class Harmed(Response):
    """An answer that does not arrive as it is."""

    harm: Harm = Harm()
    clock: MovableClock | None = None  # by which its caller lives


class BrokenOff(Exception):
    """The end of a body that was announced longer."""


def harm_of(hits: Hits) -> Harm | None:
    """What they do to the answer; None for nothing."""
    late = next((hit for hit in hits if hit.fault.effect.kind is Kind.DELAY), None)
    hit = next((hit for hit in hits if hit.fault.effect.kind is Kind.ANSWER), None)
    if late is None and hit is None:
        return None
    delay = _delay(late) if late else 0.0
    if hit is None:
        return Harm(delay)
    members = hit.fault.members
    return Harm(
        delay,
        hit.name,
        pause=members.get("seconds", 0.0),
        size=members.get("bytes", 0),
        share=members.get("share", 1.0),
        seed=hit.fault.when.seed,
        number=hit.number,
    )


def _delay(hit: Hit) -> float:
    members, seed = hit.fault.members, hit.fault.when.seed
    low = float(members["seconds"])
    if "to" in members:
        return low + (float(members["to"]) - low) * chance(seed, hit.number, "delay")
    if "sigma" in members:
        return min(lognormal(seed, hit.number, low, members["sigma"]), float(LONGEST))
    return low


def spoilt(response: Harmed) -> Iterator[bytes | float]:
    """The body as it is sent: bytes, and pauses in seconds. Raises BrokenOff where it ends too early."""
    body = [response.body] if isinstance(response.body, bytes) else response.body
    match response.harm.effect:
        case Name.DRIBBLE:
            return _dribbled(body, response.harm)
        case Name.TRUNCATE:
            return _cut(body, int(_length(response) * response.harm.share))
        case Name.GARBAGE:
            return _meaningless(body, response.harm)
    return iter(body)


def _length(response: Response) -> int:
    """Of the whole body, in bytes."""
    if isinstance(response.body, bytes):
        return len(response.body)
    return int(next((value for name, value in response.headers.items() if name.lower() == "content-length"), "0"))


def _dribbled(body: Iterable[bytes], harm: Harm) -> Iterator[bytes | float]:
    for chunk in body:
        for start in range(0, len(chunk), harm.size):
            yield harm.pause
            yield chunk[start : start + harm.size]


def _cut(body: Iterable[bytes], most: int) -> Iterator[bytes]:
    for chunk in body:
        if len(chunk) > most:
            if most:
                yield chunk[:most]
            raise BrokenOff
        most -= len(chunk)
        yield chunk


def _meaningless(body: Iterable[bytes], harm: Harm) -> Iterator[bytes]:
    drawn, held = garbage(harm.seed, harm.number), b""
    for chunk in body:
        while len(held) < len(chunk):
            held += next(drawn)
        yield held[: len(chunk)]
        held = held[len(chunk) :]
