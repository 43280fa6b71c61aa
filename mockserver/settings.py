"""What a mock is started with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from mockserver.clock import MovableClock

if TYPE_CHECKING:
    from mockserver.tls import Tls

MANUAL = "manual"
REAL = "real"
TEXT = "text"
JSON = "json"
PROVISIONS = ("accounts", "resources", "timetables", "records", "faults")  # of the settings: what a mock holds

Steps = tuple[str | int, ...]  # from the top of the settings to a value


class Unprovidable(ValueError):
    """What a mock cannot hold; `steps` lead to it, the message says why and what would be right."""

    def __init__(self, steps: Steps, message: str) -> None:
        super().__init__(f"{'.'.join(map(str, steps))}: {message}")
        self.steps, self.message = steps, message


class Keywords(TypedDict, total=False):
    """The settings that every way to start a mock in Python takes by name."""

    config: str | Path  # a file of settings; what is given here besides wins
    clock: str  # `real`, `manual` or `xN`, as for `mockserver serve`
    readings: Mapping[str, str]  # API/READING: answer
    any_resource: bool  # whether every well-formed id of a resource exists; no
    seed: int  # of ids; random ones without it
    accounts: list[Mapping[str, Any]]  # besides the published ones; members as in a config file
    resources: list[Mapping[str, Any]]  # api, kind, id, condition: that exist besides
    timetables: Mapping[str, Mapping[str, float]]  # API: seconds `queued`, `running`, `kept`
    records: str | Path | list[Mapping[str, Any]]  # a file of the only API, or entries as in a config file
    faults: list[Any]  # names of ready-made sets, (api, code, …), or as POST /_mock/faults takes them


@dataclass(frozen=True, slots=True)
class Settings:
    """Plain values, so that a mock can be built from them in another process."""

    apis: tuple[str | Path, ...] = ()  # names, or paths of YAML files; empty: all that come with the package
    clock: str = REAL  # or `manual`, or `xN`
    readings: Mapping[str, str] = field(default_factory=dict[str, str])  # API/READING: answer
    any_resource: bool = False
    seed: int | None = None  # of ids; None: random ones
    store: str = field(default="memory", repr=False)  # where state is kept; as an address it may hold a password
    control: bool = True
    control_token: str = field(default="", repr=False)
    bare: bool = False  # without the control plane's paths, as a provider is
    log_format: str = TEXT  # or `json`
    tls: Tls | None = None  # None: http
    provisions: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)  # as `Provisions` has it


def check_names(taker: str, given: Iterable[str], keywords: type) -> None:
    """Raise TypeError for names that are none of the keywords which the function `taker` takes."""
    known = [*keywords.__annotations__]
    unknown = sorted({*given} - {*known})
    if unknown:
        raise TypeError(f"{taker}() takes no {', '.join(unknown)}; it takes {', '.join(known)}")


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
