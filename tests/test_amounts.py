"""Does no option take for a number what is none?"""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

import contracts.cli
import mockserver.cli
from openapi.amounts import Amount


def parameters(command: click.Command) -> Iterator[click.Parameter]:
    """Those of a command, and of all below it."""
    yield from command.params
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from parameters(each)


@pytest.mark.parametrize("program", [contracts.cli.commands, mockserver.cli.commands], ids=["contracts", "mockserver"])
def test_every_number_with_a_point_is_an_amount(program: click.Command) -> None:
    kinds = {type(each.type) for each in parameters(program)}
    assert Amount in kinds
    assert not kinds & {click.FloatRange, type(click.FLOAT)}


@pytest.mark.parametrize("text", ["nan", "NaN", "-nan"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match=f"'{text}' is no number"):
        Amount(0).convert(text, None, None)


def test_numbers_within_the_bounds_are_taken_and_others_refused() -> None:
    assert [Amount(0).convert(text, None, None) for text in ("0", "1.5", "inf")] == [0, 1.5, float("inf")]
    with pytest.raises(click.BadParameter, match="-1"):
        Amount(0).convert("-1", None, None)
