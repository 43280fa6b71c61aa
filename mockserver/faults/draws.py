"""Chance that repeats itself: what is drawn depends on a seed and on how often it was drawn, on nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b, shake_256
from math import cos, exp, log, pi, sqrt

CHUNK = 1 << 14


def chance(seed: int, number: int, what: str) -> float:
    """Evenly distributed between 0 and 1, 1 excluded."""
    drawn = blake2b(f"{seed}/{number}/{what}".encode(), digest_size=7).digest()
    return (int.from_bytes(drawn) >> 3) / (1 << 53)


def lognormal(seed: int, number: int, median: float, sigma: float) -> float:
    """Lognormally distributed."""
    radius = sqrt(-2 * log(1 - chance(seed, number, "radius")))
    return median * exp(sigma * radius * cos(2 * pi * chance(seed, number, "angle")))


def garbage(seed: int, number: int) -> Iterator[bytes]:
    """Bytes without a meaning, without end, in chunks of `CHUNK`."""
    piece = 0
    while True:
        yield shake_256(f"{seed}/{number}/{piece}".encode()).digest(CHUNK)
        piece += 1
