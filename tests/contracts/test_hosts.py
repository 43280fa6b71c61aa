"""Is it known of a host whether it is this machine, or one behind the user's own wall?"""

import pytest

from contracts.hosts import is_inside, is_loopback


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "mock.localhost", "127.9.9.9", "::1"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)
    assert is_inside(host)


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.7",
        "169.254.169.254",
        "100.100.100.200",
        "fd00::1",
        "0.0.0.0",  # noqa: S104 - to connect to, not to listen at
        "::ffff:127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "localhost.",
        "127.0.0.1.",
    ],
)
def test_an_address_of_ones_own_network_is_inside_however_it_is_written(host: str) -> None:
    assert is_inside(host)


@pytest.mark.parametrize(
    "host", ["example.com", "8.8.8.8", "8.8.2056", "2606:4700::1111", "localhost.example", "", "\ud800"]
)
def test_anything_else_is_outside(host: str) -> None:
    assert not is_loopback(host)
    assert not is_inside(host)
