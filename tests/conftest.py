"""What every test shares: property tests that draw the same examples in every run, and an order for several workers."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.dealing import dealt

settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = dealt(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")), lambda item: item.path)
