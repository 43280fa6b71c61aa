"""What goes wrong on the command line."""

from __future__ import annotations

import click

UNUSABLE = 2  # exit code: usage or environment


class Trouble(click.ClickException):
    """What is wrong, in one line."""

    exit_code = UNUSABLE
