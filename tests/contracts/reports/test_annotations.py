"""Does GitHub Actions show the broken clauses at their lines?"""

from pathlib import Path

from contracts.reports.annotations import MOST, commands
from tests.contracts.bent import spec
from tests.contracts.reports.results import API, KNOWN, broken, entry, learned, result, unseen, warned


def test_a_broken_clause_is_an_error_at_the_line_of_its_statement() -> None:
    lines = Path(spec(API).path).read_text().splitlines()
    place = next(number for number, line in enumerate(lines, 1) if "maximum: 50000000" in line)
    (found,) = commands(result(entry("a"), broken("b"), unseen("c")), {API: spec(API)})
    assert found == (
        f"::error file=openapi/{API}.yaml,line={place},title={API}/b::"
        "expected refused as InvalidParameter: Count is 51%0Areceived 200 {}"
    )


def test_clauses_that_are_broken_in_the_same_way_are_one_error() -> None:
    found = list(commands(result(broken("a"), broken("b"), broken("c")), {}))
    assert len(found) == 1
    assert found[0].endswith("%0ABroken in the same way: 2 more")


def test_nothing_that_a_server_answers_becomes_a_command_or_a_property() -> None:
    odd = broken("a,b:c%\n::set-env name=x::y", received="100 %\r\n::warning::x")
    (line,) = commands(result(odd), {})
    assert line == (
        f"::error title={API}/a%2Cb%3Ac%25%0A%3A%3Aset-env name=x%3A%3Ay::"
        "expected refused as InvalidParameter: Count is 51%0Areceived 100 %25%0D%0A::warning::x"
    )


def test_there_are_no_more_than_github_shows() -> None:
    many = [broken(str(number), reason=chr(97 + number)) for number in range(MOST + 3)]
    found = list(commands(result(*many), {}))
    assert len(found) == MOST
    assert found[-1].startswith("::error title=4 more broken clauses::")
    assert len(list(commands(result(*many[:MOST]), {}))) == MOST
    assert "more broken" not in "".join(commands(result(*many[:MOST]), {}))


def test_what_is_known_is_no_error_until_its_day_is_over() -> None:
    assert list(commands(result(broken("a", known=KNOWN)), {})) == []
    assert len(list(commands(result(broken("a", known={**KNOWN, "expired": True})), {}))) == 1


def test_what_only_an_sdk_says_is_a_warning_after_the_errors() -> None:
    found = list(commands(result(warned("a"), broken("b"), learned("c")), {}))
    assert [line.partition(":: ")[0].partition(" ")[0] for line in found] == ["::error", "::warning"]
    assert f"title={API}/a::" in found[1]
