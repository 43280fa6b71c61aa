"""Does the mock answer, however many connections are open that say nothing?"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.mockserver.test_serving import PATIENCE, started

resource = pytest.importorskip("resource")

MANY = 1500  # more than a server takes that was not told otherwise
CROWD = """
import resource, socket, sys, urllib.request
port, many = map(int, sys.argv[1:])
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
silent = [socket.create_connection(("127.0.0.1", port), 60) for _ in range(many)]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(opener.open(f"http://127.0.0.1:{port}/_mock/health", timeout=60).status)
"""
LIMITED = """
import resource
from mockserver.capacity import RESERVED, connections
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (300, 1000 if hard == resource.RLIM_INFINITY else min(hard, 1000)))
print(connections() + RESERVED, *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.skipif(
    0 <= resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 2 * MANY, reason="a process may not have so many files here"
)
def test_connections_that_only_open_keep_nobody_waiting() -> None:
    with started() as server:
        command = [sys.executable, "-c", CROWD, str(server.port), str(MANY)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=5 * PATIENCE, check=False)
    assert (done.stdout, done.stderr) == ("200\n", "")


def test_a_process_takes_as_many_files_as_it_may_have() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, timeout=PATIENCE, check=True)
    connections, soft, hard = map(int, done.stdout.split())
    assert connections == soft == hard
