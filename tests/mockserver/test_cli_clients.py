"""Do the settings that are printed for official clients work when they are pasted?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.hints import fill, places
from openapi.loader import names
from tests.mockserver.cloud import specs


@pytest.mark.parametrize("api", names())
def test_the_settings_of_the_python_client_make_a_client(api: str, tmp_path: Path) -> None:
    hints = [hint for hint in specs()[api].clients if hint.name == "Python SDK"]
    assert len(hints) == 1
    code = fill(hints[0].settings, places("http://127.0.0.1:4010")) + "\nprint(type(client).__name__)"
    # One of them writes to its home; newer versions of Python have words for strings in the source of another.
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONWARNINGS": "ignore::SyntaxWarning"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.strip().endswith("Client")


@pytest.mark.parametrize("api", names())
def test_every_placeholder_of_the_settings_is_filled(api: str) -> None:
    address = places("http://127.0.0.1:4010")
    for hint in specs()[api].clients:
        texts = [fill(text, address) for text in (hint.settings, *hint.env.values())]
        assert not [text for text in texts for name in address if f"{{{name}}}" in text]
