"""How answers are written: JSON, and XML by the Spark convention (a list is named by the plural, its items by the singular). Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

JSON, XML = "json", "xml"
TYPES = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}
ITEMS = {
    "services": "service", "attributes": "attribute", "values": "value", "service_requests": "request", "errors": "error",
    "endpoints": "endpoint", "formats": "format",
}  # fmt: skip
"""What an item of each list is called in XML."""
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(form: str, root: str, content: Any) -> str:
    """The answer's text. ``root`` names it in XML; in JSON a list stands for itself, as the standard has it."""
    if form == JSON:
        return json.dumps(content, ensure_ascii=False)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, content)}'


def _element(name: str, value: Any) -> str:
    if value is None or value == "" or (isinstance(value, Sequence) and not value):
        return f"<{name}/>"
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(key, each) for key, each in value.items())}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"<{name}>{''.join(_element(ITEMS[name], each) for each in value)}</{name}>"
    return f"<{name}>{escape(_UNWRITABLE.sub('', str(value)))}</{name}>"
