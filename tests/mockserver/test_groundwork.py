"""Is what mocks of the same APIs have in common made once in a process, and anew where something differs?"""

from pathlib import Path

import pytest

from mockserver.groundwork import lay
from openapi.document import HERE, SpecError

API, OTHER = "huawei-iotda", "tencent-cls"


def test_what_an_api_comes_to_is_shared() -> None:
    one, other = lay((API,), {"seed": 1}), lay((API,), {"clock": "manual", "timetables": {API: {"queued": 0}}})
    assert one.compilation is other.compilation


def test_mocks_that_have_an_api_among_others_share_that() -> None:
    one, other = lay((API,), {}).compilation, lay((OTHER, API), {}).compilation
    assert one.apis[API] is other.apis[API]
    assert [*other.apis] == [OTHER, API, "huawei-iam"]


def test_apis_that_are_read_otherwise_are_others() -> None:
    one = lay((OTHER,), {})
    reading, choice = next(iter(one.compilation.specs[OTHER].readings.items()))
    answer = next(each for each in choice.answers if each != choice.default)
    other = lay((OTHER,), {"readings": {f"{OTHER}/{reading}": answer}})
    assert one.compilation.apis[OTHER] is not other.compilation.apis[OTHER]


def test_a_file_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    path, text = tmp_path / "mine.yaml", (HERE / f"{OTHER}.yaml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    assert lay((path,), {}).compilation is lay((path,), {}).compilation
    path.write_text(f"{text}\n# another\nx-unheard: 1\n", encoding="utf-8")
    with pytest.raises(SpecError, match="unknown keyword x-unheard"):
        lay((path,), {})


def test_the_same_name_of_a_file_in_another_folder_is_another_api(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        text = (HERE / f"{OTHER}.yaml").read_text(encoding="utf-8")
        (tmp_path / folder / "mine.yaml").write_text(text.replace("title: ", f"title: {folder} "), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "one")
    assert lay(("mine.yaml",), {}).compilation.specs["mine"].title.startswith("one")
    monkeypatch.chdir(tmp_path / "other")
    assert lay(("mine.yaml",), {}).compilation.specs["mine"].title.startswith("other")
