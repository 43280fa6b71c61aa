"""What the tests of the mock start from."""

import pytest

from tests.mockserver.cloud import Cloud, start


@pytest.fixture
def cloud() -> Cloud:
    """A mock of all APIs, on a clock that stands still."""
    return start()
