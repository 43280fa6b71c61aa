"""Bodies in XML: flat elements, as object storage writes them, told by the schema of the same value in JSON."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from openapi.model import Json, Schema

MEDIA_TYPES = ("application/xml", "text/xml")
_CONTROLS = {*range(0x20)} - {*map(ord, "\t\n\r")}
_SAYABLE = dict.fromkeys({*_CONTROLS, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF}, "\ufffd")  # in XML 1.0, even escaped
_MOST = 1 << 20  # characters of a body that are read


def is_markup(content_type: str) -> bool:
    """Whether a body of this type is XML."""
    return content_type.partition(";")[0].strip().lower() in MEDIA_TYPES


def write(schema: Schema, body: Json) -> bytes:
    """An object as XML: the element that the schema's `xml.name` names, one element in it for each member."""
    root = ET.Element(schema.get("xml", {}).get("name", "Response"))
    for name, value in body.items() if isinstance(body, dict) else ():
        ET.SubElement(root, name).text = str(value).translate(_SAYABLE)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def read(raw: bytes) -> Json:
    """The members of the outermost element, as text; None where it is no XML, or XML with definitions of its own.

    None also in UTF-16, where a definition would not be seen.
    """
    if len(raw) > _MOST or b"<!" in raw or b"\0" in raw:  # a definition may grow without end
        return None
    try:
        root = ET.fromstring(raw)  # noqa: S314 - without definitions nothing can be expanded
    except ET.ParseError:
        return None
    return {child.tag: child.text or "" for child in root}
