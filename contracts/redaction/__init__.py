"""What never leaves: secrets, tokens, signatures and ids of real accounts, in whatever encoding they stand.

Everything that a run writes or shows passes through a `Redactor`: by type, as the signatures say under which names
credentials travel, and by value, as it knows those of the run.
"""

from __future__ import annotations

from contracts.redaction.members import Kind
from contracts.redaction.redactor import OPEN, Redactor, Word, redactor_of

__all__ = ["OPEN", "Kind", "Redactor", "Word", "redactor_of"]
