"""What a mock is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mockserver.clock import MovableClock

MANUAL = "manual"
REAL = "real"


@dataclass(frozen=True, slots=True)
class Settings:
    """Plain values, so that a mock can be built from them in another process."""

    apis: tuple[str | Path, ...] = ()  # names, or paths of YAML files; empty: all that come with the package
    clock: str = REAL  # or `manual`, or `xN`
    readings: Mapping[str, str] = field(default_factory=dict[str, str])  # API/READING: answer
    any_resource: bool = False
    seed: int | None = None  # of ids; None: random ones
    control: bool = True
    control_token: str = ""
    bare: bool = False  # without the control plane's paths, as a provider is


def clock_of(text: str) -> MovableClock:
    """`real` time, a `manual` clock that stands still until moved, or `xN`: N times as fast. Raises ValueError."""
    clock = MovableClock()
    if text == MANUAL:
        clock.freeze()
    elif text.startswith("x"):
        clock.scale(_factor(text[1:]))
    elif text != REAL:
        raise ValueError(f"{text!r} is no clock; there are real, manual and xN, such as x60")
    return clock


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number; a clock that runs sixty times as fast is x60") from None
