"""The benchmarks of a run, in their order, and how long each is meant to take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One benchmark of a run."""

    name: str  # of the module
    title: str
    quick: str  # the options that make it short
    seconds: int  # that it takes with its usual ones, on two processors that do nothing else
    usual: str = ""
    picture: str = ""  # what its picture shows; empty: it has none

    def command(self, *, quick: bool) -> list[str]:
        """The words after `python`."""
        return [f"benchmarks/{self.name}.py", *(self.quick if quick else self.usual).split()]


SHORT = "--rounds 1 --seconds 1 --warm-up 1"

PARTS = (
    Part(
        "comparison",
        "Beside what people would use instead",
        SHORT,
        310,
        picture="Requests per second and latency of each server",
    ),
    Part("starting", "Starting", "--rounds 1", 20),
    Part("request_path", "The request path", "--rounds 1", 15),
    Part("stores", "Stores and workers", SHORT, 90),
    Part(
        "growth",
        "Growth",
        "--sizes 0 1000 10000 --rounds 2 --accounts 100 --at-once 1000",
        240,
        picture="What a call takes, by the number of tasks held",
    ),
    Part("exactness", "Kills and races", "--kills 2 --races 5 --served 1", 360),
    Part("stress", "Load and faults", "--seconds 1 --share 0.2", 75),
    Part("soak", "Soak", "--seconds 5", 185),
    Part("capacity", "Capacity", "--tasks 2000 --arrivals 5000", 40),
    Part("files", "Files", "--rows 10000", 200),
    Part("in_process", "In the process of a test", "--rounds 1", 25),
    Part("contracts_speed", "The contracts", "--rounds 1", 30, "--rounds 3"),
)
