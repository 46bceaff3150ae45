"""JSON Schema while it streams. The only room that imports jsonschema."""

from .documents import SchemaParser as SchemaParser
from .expected import Expected as Expected
