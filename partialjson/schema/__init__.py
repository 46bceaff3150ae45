"""JSON Schema: the verdict on a whole value. The only room that imports jsonschema."""

from .final import Checker as Checker
