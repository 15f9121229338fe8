"""What docs/openapi.yaml says that the API answers."""

import json
import pathlib

import jsonschema
import yaml

_FILE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


class Description:
    def __init__(self):
        self._document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
        self._resolver = jsonschema.RefResolver("", self._document)

    def paths(self):
        """Those that can be read."""
        return [path for path, methods in self._document["paths"].items() if "get" in methods]

    def check(self, method, path, status, content_type, body):
        """Raises when this is no answer that is described."""
        responses = self._document["paths"][path][method.lower()]["responses"]
        response = responses[str(status)] if str(status) in responses else responses["default"]
        if "$ref" in response:
            response = self._resolver.resolve(response["$ref"])[1]
        schema = response["content"][content_type.partition(";")[0]]["schema"]
        self._validate(schema, json.loads(body) if content_type.endswith("json") else body)

    def validate(self, name, value):
        """Raises when the value is none of the schema that has the name."""
        self._validate(self._document["components"]["schemas"][name], value)

    def _validate(self, schema, value):
        jsonschema.Draft202012Validator(schema, resolver=self._resolver).validate(value)
