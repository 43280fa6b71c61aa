"""Is a run that is stopped before anything was judged told as one that the user ended?"""

import pytest

from contracts.commands.options import INTERRUPTED, telling
from contracts.safety.stops import Stopped


def test_a_stop_while_the_endpoint_is_looked_at_ends_the_command_as_interrupted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @telling
    def look_ahead() -> int:
        raise Stopped("interrupted")

    assert (look_ahead(), capsys.readouterr().err) == (INTERRUPTED, "contracts: interrupted\n")
