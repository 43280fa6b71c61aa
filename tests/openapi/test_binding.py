"""A body is read by the names that its schema binds."""

from typing import Any

from openapi.binding import read

ITEM = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "x-bind": "task.id"},
        "percentage": {"type": "string", "x-bind": "task.progress", "x-spelling": "{}%"},
        "name": {"type": "string"},
    },
}
LIST: dict[str, Any] = {
    "type": "object",
    "properties": {
        "Response": {
            "type": "object",
            "properties": {
                "Tasks": {"type": "array", "x-each": "tasks", "items": ITEM},
                "Total": {"type": "integer", "x-bind": "tasks.count"},
            },
        }
    },
}


def test_values_stand_under_the_names_they_are_bound_to() -> None:
    assert read(ITEM, {"id": "a", "name": "b"}) == {"task.id": "a"}


def test_a_spelling_is_undone() -> None:
    assert read(ITEM, {"percentage": "42%"}) == {"task.progress": 42}


def test_a_value_in_another_spelling_stays_as_it_is() -> None:
    assert read(ITEM, {"percentage": "42 of 100"}) == {"task.progress": "42 of 100"}


def test_each_item_of_a_list_is_read_by_its_own_names() -> None:
    body: Any = {"Response": {"Tasks": [{"id": "a"}, {"id": "b"}], "Total": 2}}
    assert read(LIST, body) == {"tasks": [{"task.id": "a"}, {"task.id": "b"}], "tasks.count": 2}


def test_a_body_of_another_shape_holds_nothing() -> None:
    bodies: list[Any] = [None, "text", [], {"Response": "text"}, {"Response": {"Tasks": "text"}}]
    for body in bodies:
        assert read(LIST, body) == {}
