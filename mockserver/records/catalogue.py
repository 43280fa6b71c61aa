"""The records that there are as JSON, and back: all but their lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from mockserver.records.batch import About, Batch
from mockserver.records.edition import Address, Found, Summary, edition


def written(each: Summary) -> dict[str, Any]:
    """Records of one address; of their lines only what they are found by."""
    return {"address": asdict(each.address), "batches": [asdict(batch.about) for batch in each.found.batches]}


def read(said: Mapping[str, Any], batch_of: Callable[[About], Batch]) -> Summary:
    """The records that `written` wrote."""
    address = Address(**said["address"])
    return Summary(address, edition(address, tuple(batch_of(_about(each)) for each in said["batches"])))


def digests(said: Mapping[str, Any]) -> list[str]:
    """Of the batches that `written` wrote of."""
    return [_about(each).digest for each in said["batches"]]


def _about(said: Mapping[str, Any]) -> About:
    span = said["span"]
    return About(**{**said, "span": span and (span[0], span[1]), "columns": tuple(said["columns"])})


def known(summaries: Mapping[str, Summary]) -> dict[str, Batch]:
    """The batches of all of them, by their digests."""
    return {batch.digest: batch for each in summaries.values() for batch in each.found.batches}


def found(summaries: Mapping[str, Summary], seeds: list[str]) -> dict[Address, Found]:
    """Those of these seeds, by their addresses."""
    return {summaries[seed].address: summaries[seed].found for seed in seeds}
