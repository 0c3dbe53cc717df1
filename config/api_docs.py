"""Convert the OpenAPI schema from `config/api.py` for the documentation page."""

from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WORDS = {
    "array": "list",
    "boolean": "true or false",
    "integer": "integer",
    "null": "null",
    "number": "number",
    "object": "object",
    "string": "text",
}
FORMATS = {"date": "date (YYYY-MM-DD)", "date-time": "moment (ISO 8601)"}


def with_code(words: str) -> SafeString:
    """Render an OpenAPI description with code in backticks as HTML."""
    pieces = enumerate(words.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", text) if n % 2 else text,) for n, text in pieces)
    )


class Kind(NamedTuple):
    """The type of a value as text; `name` links to a schema on the page."""

    before: str
    name: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.name}{self.after}"


def kind_of(schema: dict[str, Any]) -> Kind:
    """Describe the type in a JSON Schema as text."""
    if "$ref" in schema:
        return Kind("", schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        first, *others = [kind_of(one) for one in schema["anyOf"]]
        return first._replace(after=first.after + "".join(f" or {other}" for other in others))
    if schema.get("type") == "array":
        inner = kind_of(schema["items"])
        return inner._replace(before=f"list of {inner.before}")
    if "additionalProperties" in schema and isinstance(schema["additionalProperties"], dict):
        inner = kind_of(schema["additionalProperties"])
        return inner._replace(before=f"object, by name: {inner.before}")
    return Kind(FORMATS.get(schema.get("format", ""), WORDS[schema["type"]]))


def described(openapi: dict[str, Any]) -> dict[str, Any]:
    """Return the operations grouped by tag, and the schemas of their responses."""
    groups: dict[str, list[dict]] = {}
    for path, methods in openapi["paths"].items():
        for operation in methods.values():
            groups.setdefault(operation["tags"][0], []).append(operation_of(path, operation))
    answered = {
        one["kind"].name for rows in groups.values() for row in rows for one in row["answers"]
    }
    shapes = [
        {
            "name": name,
            "description": with_code(shape.get("description", "")),
            "fields": [
                {
                    "name": field,
                    "kind": kind_of(schema),
                    "description": schema.get("description", ""),
                }
                for field, schema in shape["properties"].items()
            ],
        }
        for name, shape in reached(answered, openapi["components"]["schemas"])
    ]
    return {"info": openapi["info"], "groups": groups.items(), "shapes": shapes}


def reached(names: set[str], shapes: dict[str, dict]) -> list[tuple[str, dict]]:
    """Return these schemas and those they refer to, in schema order."""
    found: set[str] = set()
    while names:
        found |= names
        parts = [kind_of(part) for name in names for part in shapes[name]["properties"].values()]
        names = {part.name for part in parts if part.name} - found
    return [(name, shape) for name, shape in shapes.items() if name in found]


def operation_of(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "path": path,
        # A path without parameters can be a link.
        "url": path if "{" not in path else "",
        "summary": operation["summary"],
        "description": operation["description"],
        "parameters": [
            {
                "name": one["name"],
                "kind": kind_of(one["schema"]),
                "description": one.get("description", ""),
                "limits": limits_of(one["schema"]),
            }
            for one in operation["parameters"]
        ],
        "answers": [
            {"status": status, "kind": kind_of(one["content"]["application/json"]["schema"])}
            for status, one in operation["responses"].items()
        ],
    }


def limits_of(schema: dict[str, Any]) -> str:
    """Describe the limits of a parameter: "1 to 200, 50 unless asked for"."""
    parts = []
    if "minimum" in schema:
        parts.append(f"{schema['minimum']} to {schema['maximum']}")
    if "maxItems" in schema:
        parts.append(f"up to {schema['maxItems']} times")
    if schema.get("default"):
        parts.append(f"{schema['default']} unless asked for")
    return ", ".join(parts)
