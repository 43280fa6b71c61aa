"""A server that goes one way where pages can be read in two is not broken; one that goes both ways is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.calls.client import Api, Reader
from contracts.judgement import Judgement, Verdict
from contracts.readings import Readings
from contracts.targets.embedded import open_embedded
from openapi.document import patch
from openapi.loader import spec_of
from openapi.model import Spec
from tests.contracts.bent import all_clauses, clause, spec
from tests.contracts.checks.foreign import Foreign

NAME = "huawei-iotda"
CREATED, PROGRESS = f"{NAME}/CreateExportTask/response-schema", f"{NAME}/progress"


def judged(
    *ids: str, choices: Mapping[str, str] | None = None, changes: Mapping[str, Any] | None = None
) -> list[Judgement]:
    """The verdicts on some clauses, one after the other, on a server that follows these readings."""
    own = spec(NAME)
    served = spec_of(patch(dict(own.document), changes or {}), Path(own.path), choices or {})
    target = Foreign(open_embedded({NAME: served, "huawei-iam": spec("huawei-iam")}, seed=1))

    def open_api(edition: Spec, readers: dict[tuple[str, str], Reader]) -> Api:
        return Api(target, edition, readers=readers)

    readings = Readings(own, open_api)
    return [readings.judge(next(each for each in all_clauses(NAME) if each.id == name)) for name in ids]


def test_a_server_that_follows_the_default_is_held_by_that() -> None:
    [found] = judged(PROGRESS)
    assert (found.verdict, found.follows) == (Verdict.HELD, {})


def test_another_reading_is_told_and_holds() -> None:
    [found] = judged(PROGRESS, choices={"progress-start": "zero"})
    assert (found.verdict, found.follows) == (Verdict.HELD, {"progress-start": "zero"})
    assert found.reason.startswith("by the reading progress-start=zero; seen in part: ")


def test_a_reading_that_was_told_is_that_of_later_clauses() -> None:
    found = judged(CREATED, PROGRESS, choices={"progress-start": "zero"})
    assert [each.follows for each in found] == [{"progress-start": "zero"}] * 2


def test_what_no_reading_explains_stays_broken() -> None:
    bounds = {"minimum": -1, "maximum": 100, "x-cite": {"assumed": "nothing is known"}}
    schema = "/components/schemas/ExportTask/properties/progress/minimum"
    [found] = judged(PROGRESS, changes={"/x-lifecycle/progress": bounds, schema: -1})
    assert (found.verdict, found.follows) == (Verdict.BROKEN, {})


def test_a_statement_that_a_reading_takes_back_is_not_observed() -> None:
    [found] = judged(f"{NAME}/CreateExportTask/overwrite", choices={"overwritten-task": "kept"})
    assert found.verdict is Verdict.NOT_OBSERVED
    assert found.reason.startswith(
        "by the reading overwritten-task=kept nothing is said of it; otherwise: the earlier of"
    )


def test_a_server_that_goes_both_ways_is_broken_as_documented() -> None:
    own, code = spec("baidu-bls"), "/x-error-codes/code=InappropriateJSON"
    both = {f"{code}/when": ["missing-parameter", "wrong-type"], f"{code}/operations": ["CreateDownloadTask"]}
    target = Foreign(open_embedded({own.name: spec_of(patch(dict(own.document), both), Path(own.path), {})}))
    readings = Readings(own, lambda edition, readers: Api(target, edition, readers=readers))
    one, other = (
        readings.judge(clause(f"{own.name}/{each}"))
        for each in ("CreateDownloadTask/logStoreName/required", "ListDownloadTask/pageNo/type")
    )
    assert (one.verdict, one.follows) == (Verdict.HELD, {"body-codes": "platform"})
    assert other.verdict is Verdict.BROKEN
    said = "reading body-codes=service would do, but baidu-bls/CreateDownloadTask/logStoreName/required is held by"
    assert said in other.reason


def test_an_assumption_is_held_by_another_reading() -> None:
    [found] = judged(f"{NAME}/ShowExportTask/content-type", choices={"file-content-type": "zip"})
    assert (found.verdict, found.follows) == (Verdict.HELD, {"file-content-type": "zip"})
