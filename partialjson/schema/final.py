"""The final verdict on a whole value, by the library `jsonschema`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry

from ..errors import UsageError
from ..events import Violation


class Checker:
    """Judges values by a JSON Schema, of the draft that its `$schema` names (else 2020-12).

    Raises:
        UsageError: for a schema that is none (code `invalid_schema`).

    >>> checker = Checker({"type": "object", "required": ["city"]})
    >>> [violation.message for violation in checker.violations({}, 2)]
    ["'city' is a required property"]
    """

    def __init__(self, schema: Mapping[str, Any] | bool) -> None:
        kind: Any = validator_for(schema, default=Draft202012Validator)
        try:
            kind.check_schema(schema)
        except SchemaError as error:
            where = error.json_path
            raise UsageError(
                f"this is no JSON Schema: {error.message} (at {where})", code="invalid_schema"
            ) from None
        self.schema = schema
        registry: Registry[Any] = Registry()  # nothing is ever fetched
        self._validator = kind(schema, registry=registry)

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that an object must have, as far as the schema itself says so."""
        required = self.schema.get("required") if isinstance(self.schema, Mapping) else None
        return tuple(required) if isinstance(required, list) else ()

    @property
    def fingerprint(self) -> str:
        """What tells this schema from others."""
        from hashlib import sha256

        text = json.dumps(self.schema, sort_keys=True, default=repr)
        return sha256(text.encode()).hexdigest()[:16]

    def violations(self, value: Any, offset: int) -> list[Violation]:
        """What is wrong with a whole value; `offset` is where its last character stands."""
        return [
            Violation(
                *(tuple(error.absolute_path), str(error.validator), error.message, offset, False),
                _detail(error),
            )
            for error in self._validator.iter_errors(value)
        ]


def _detail(error: ValidationError) -> dict[str, Any]:
    """An error as plain data, by the names that jsonschema gives its parts."""
    return {
        "validator": error.validator,
        "validator_value": error.validator_value,
        "schema_path": list(error.absolute_schema_path),
        "path": list(error.absolute_path),
        "message": error.message,
    }
