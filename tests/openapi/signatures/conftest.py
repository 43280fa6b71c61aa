from __future__ import annotations

import os
import tempfile

# The vendor's core package writes a file below the home directory while it is imported.
_HOME = os.environ.get("HOME")
with tempfile.TemporaryDirectory() as scratch:
    os.environ["HOME"] = scratch
    try:
        import huaweicloudsdkcore.auth.credentials  # noqa: F401
    finally:
        if _HOME is None:
            del os.environ["HOME"]
        else:
            os.environ["HOME"] = _HOME
