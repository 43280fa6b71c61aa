"""Are YAML files read, included, patched and followed as their keywords say?"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.document import (
    LARGEST,
    Document,
    SpecError,
    follow,
    get,
    join,
    line_of,
    merge,
    patch,
    read,
    resolve,
    steps,
)

keys = st.text(st.sampled_from("ab/~é 0"), min_size=1)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", r"one\.yaml:2: is not YAML: while parsing a flow sequence, did not find expected"),
        ("a: 1\nb:\n\t- 1", r"one\.yaml:3: is not YAML: .*found character that cannot start any token$"),
        ("- 1", r"one\.yaml: has to be a mapping"),
        ("", r"one\.yaml: has to be a mapping"),
        ("a: 1\nb: 2\na: 3", r"one\.yaml:3: is not YAML: the key a is given twice$"),
        ("a:\n  b: {c: 1, c: 1}", r"the key c is given twice"),
        ("200: a\n'200': b", r"one\.yaml:2: is not YAML: the key 200 is given twice"),
        ("a:\n  yes: 1", r"one\.yaml:2: is not YAML: the key yes is no text: put it into quotes"),
        ("x-include: 5", r"one\.yaml:1: x-include: has to list names of files"),
        ("x-include: [../one.yaml]", r"one\.yaml:1: x-include: has to list names of files"),
        ("x-include: [/one.yaml]", r"one\.yaml:1: x-include: has to list names of files"),
        ("a: !!python/object/apply:os.getcwd []", r"could not determine a constructor"),
        ("a: !!binary aGk=", r"could not determine a constructor"),
        (f"a: {'[' * 5000}{']' * 5000}", r"one\.yaml: is not YAML: it is nested too deeply$"),
    ],
)
def test_a_file_that_is_no_document_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read(write(tmp_path, "one.yaml", text))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"none\.yaml: cannot be read"):
        read(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"a: \xff")
    with pytest.raises(SpecError, match=r"bytes\.yaml: is not UTF-8: invalid start byte at byte 3"):
        read(tmp_path / "bytes.yaml")


def test_a_date_is_a_text(tmp_path: Path) -> None:
    assert read(write(tmp_path, "one.yaml", "a: 2026-01-01")) == {"a": "2026-01-01"}


def test_a_status_needs_no_quotes(tmp_path: Path) -> None:
    assert read(write(tmp_path, "one.yaml", "200: a")) == {"200": "a"}


def test_an_included_file_is_merged_and_what_refers_to_it_refers_to_the_whole(tmp_path: Path) -> None:
    write(tmp_path, "shared.yaml", "x-list: [2]\ncomponents: {schemas: {B: {type: string}, A: {type: number}}}")
    text = (
        "x-include: [shared.yaml]\nx-list: [1]\ncomponents: {schemas: {A: {type: integer}}}\n"
        "a: {$ref: 'shared/shared.yaml#/components/schemas/B'}"
    )
    document = read(write(tmp_path, "one.yaml", text), shared=tmp_path)
    assert document["x-list"] == [1, 2]
    assert document["components"]["schemas"] == {"A": {"type": "integer"}, "B": {"type": "string"}}
    assert document["a"] == {"$ref": "#/components/schemas/B"}


def test_to_merge_changes_neither_document() -> None:
    own: dict[str, Any] = {"a": {"x": 1}, "b": [1]}
    other: dict[str, Any] = {"a": {"x": 2, "y": 3}, "b": [2], "c": 4}
    assert merge(own, other) == {"a": {"x": 1, "y": 3}, "b": [1, 2], "c": 4}
    assert own == {"a": {"x": 1}, "b": [1]}


def test_a_patch_sets_removes_and_appends() -> None:
    document = {"a": {"b": 1, "c": 2}, "d": [{"e": 1}], "f/g": {"~": 1}}
    changes = {"/a/b": 5, "/a/c": None, "/d/0/e": 6, "/d/-": "new", "/f~1g/~0": 7, "/h/i": 8}
    expected = {"a": {"b": 5}, "d": [{"e": 6}, "new"], "f/g": {"~": 7}, "h": {"i": 8}}
    assert patch(document, changes) == expected
    assert document == {"a": {"b": 1, "c": 2}, "d": [{"e": 1}], "f/g": {"~": 1}}


ITEMS = {"a": [{"code": "X", "when": ["u"]}, {"code": "X", "when": ["v", "w"]}, {"code": "Y"}, 5]}


@pytest.mark.parametrize(
    ("step", "index"), [("code=Y", 2), ("code=X&when=u", 0), ("when=w", 1), ("when=v&code=X", 1), ("0", 0), ("3", 3)]
)
def test_an_item_of_a_list_is_found_by_its_index_or_by_what_it_holds(step: str, index: int) -> None:
    assert get(ITEMS, f"/a/{step}") == ITEMS["a"][index]
    assert get(patch(ITEMS, {f"/a/{step}": "new"}), f"/a/{index}") == "new"


@pytest.mark.parametrize("step", ["code=X", "code=Z", "code=", "nothing=1", "-1", "code", "4", "code=X&when=x"])
def test_a_step_that_means_no_single_item_leads_nowhere(step: str) -> None:
    with pytest.raises((LookupError, ValueError)):
        get(ITEMS, f"/a/{step}")
    with pytest.raises(SpecError, match=f"^/a/{step}/b: nothing stands there to be changed"):
        patch(ITEMS, {f"/a/{step}/b": "new"})


@given(st.lists(keys, min_size=1))
def test_what_is_joined_is_split_into_the_same_steps(path: list[str]) -> None:
    assert steps(join("", *path)) == path


@given(st.lists(keys, min_size=1, max_size=4), st.integers())
def test_what_is_put_at_a_pointer_is_found_there(path: list[str], value: int) -> None:
    pointer = join("", *path)
    assert get(patch({}, {pointer: value}), pointer) == value


def test_references_are_followed_to_the_end() -> None:
    document = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/c"}, "c": {"type": "string", "d": [{"$ref": "#/e"}]}, "e": 5}
    assert follow(document, document["a"], "/a") == (document["c"], "/c")
    assert resolve(document, document["a"]) == {"type": "string", "d": [5]}


@pytest.mark.parametrize(
    "document",
    [
        {"a": {"$ref": "#/a"}},
        {"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}},
        {"a": {"$ref": "#/b"}, "b": {"items": {"$ref": "#/b"}}},
        {"a": {"$ref": "#/b"}, "b": {"items": {"$ref": "#/c"}}, "c": {"items": [{"$ref": "#/b"}]}},
    ],
)
def test_a_reference_without_an_end_is_refused(document: Document) -> None:
    with pytest.raises(SpecError, match=r"leads back to itself|holds itself"):
        resolve(document, document["a"])


def test_a_broken_reference_is_refused() -> None:
    with pytest.raises(SpecError, match="'#/nowhere/1' leads nowhere"):
        follow({"a": 1}, {"$ref": "#/nowhere/1"}, "")


def test_a_line_is_that_of_the_value_or_of_the_nearest_around_it(tmp_path: Path) -> None:
    path = write(tmp_path, "one.yaml", "a:\n  b:\n  - c: 1\n  - d: 2\n    e: 3\n")
    lines = [line_of(path, pointer) for pointer in ("", "/a", "/a/b", "/a/b/1", "/a/b/1/e", "/a/b/7", "/x")]
    assert lines == [1, 1, 2, 4, 5, 2, 1]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}' if n else '*a'] * 10)}]\n" for n in range(9)),
        "a: &a\n  b: *a\n",
        "a: &a [[*a]]\n",
    ],
    ids=["a billion values", "a mapping in itself", "a list in itself"],
)
def test_aliases_without_end_are_refused_at_once(tmp_path: Path, text: str) -> None:
    with pytest.raises(SpecError, match=r"one\.yaml: its aliases make more than \d+ values of it"):
        read(write(tmp_path, "one.yaml", text))


def test_aliases_are_otherwise_welcome(tmp_path: Path) -> None:
    assert read(write(tmp_path, "one.yaml", "a: &a {b: 1}\nc: [*a, *a]\n"))["c"] == [{"b": 1}, {"b": 1}]


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)  # takes no room on the disk
    with pytest.raises(SpecError, match=rf"^{path}: has more than {LARGEST} bytes, which no spec needs$"):
        read(path)
