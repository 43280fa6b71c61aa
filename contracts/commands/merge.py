"""`contracts merge`: the results of the shards of a run as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from contracts.commands.options import CLEAN, FINDINGS, SPECS, UNUSABLE, complain, telling
from contracts.commands.outcome import reported, reporting, tell
from openapi.manual import Command


@click.command(cls=Command, short_help="Put the results of the shards of a run together.")
@click.argument("files", nargs=-1, required=True, metavar="A.json B.json ...", type=click.Path(path_type=Path))
@SPECS
@reported
@click.option("--allow-missing", is_flag=True, help="Go by the verdicts at hand where a shard is missing.")
@telling
def merge(files: tuple[Path, ...], specs: tuple[Path, ...], *, allow_missing: bool, **how: Any) -> int:
    """Put the result files of `contracts run --shard` together: the report, and the exit code, of the whole run."""
    from contracts import merging
    from contracts.suite import Suite

    told = reporting(**how)
    parts = [merging.read_part(path) for path in files]
    result = merging.merge(parts)
    own = {path.stem for path in specs}
    suite = Suite((*(name for name in result.head.apis if name not in own), *specs))
    _ = suite.specs  # a spec that is not there is told of before anything is written
    told.check_names(clause.id for clause in suite.clauses)
    result.sort(clause.id for clause in suite.clauses)
    code = tell(result, suite.specs, told)
    if lacking := merging.missing(parts):
        said = complain(f"missing: shard {', '.join(lacking)}", UNUSABLE)
        return code if allow_missing and code in (CLEAN, FINDINGS) else max(said, code)
    return code
