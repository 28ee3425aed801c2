"""Checks bodies of requests and answers against the models of Imply's own client.

Reads JSON lines `{"kind", "body"}` and exits with an exception at the first body that its model does not take whole:
what the model does not know, or requires and does not find, fails.
"""

import inspect
import json
import sys

from polaris.sdk.project_api import models
from polaris.sdk.project_api._serialization import Deserializer, Serializer

CLASSES = {name: value for name, value in inspect.getmembers(models, inspect.isclass)}
deserialize, serialize = Deserializer(CLASSES), Serializer(CLASSES)
BASES = {
    "table": "TablePayload",
    "job": "CreateJobRequest",
    "new connection": "CreateConnectionRequest",
    "changed connection": "UpdateConnectionRequest",
}


def without_none(value):
    if isinstance(value, dict):
        return {key: without_none(member) for key, member in value.items() if member is not None}
    return [without_none(entry) for entry in value] if isinstance(value, list) else value


def missing_in(model, path):
    """The members that a model or one in it requires, and does not have."""
    if isinstance(model, list):
        for index, entry in enumerate(model):
            yield from missing_in(entry, f"{path}[{index}]")
    for name, rules in getattr(model, "_validation", {}).items():
        if rules.get("required") and getattr(model, name) is None:
            yield f"{path}.{name}"
    for name in getattr(model, "_attribute_map", {}):
        yield from missing_in(getattr(model, name), f"{path}.{name}")


def check(kind, body):
    # A new table has no version, though the model requires one.
    given = {"version": 0, **body} if kind == "table" else body
    model = deserialize(BASES[kind], given)
    missing = [*missing_in(model, kind)]
    if missing:
        raise AssertionError(f"{missing} are missing in {body}")
    shown = json.loads(json.dumps(serialize.body(model, BASES[kind])))
    if without_none(shown) != without_none(given):
        raise AssertionError(f"the model has {shown} of {given}")


lines = [json.loads(line) for line in sys.stdin if line.strip()]
for entry in lines:
    check(entry["kind"], entry["body"])
print(len(lines))
