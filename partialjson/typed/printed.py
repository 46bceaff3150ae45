"""The partial classes of a type as text, to paste into a program."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pydantic
from pydantic import BaseModel, RootModel

from ..errors import UsageError
from .partial import field_names, is_record, name_of
from .plan import adapter_of, plan_of
from .written import root_model

_SENTINEL = "pydantic" if hasattr(pydantic, "MISSING") else "pydantic.experimental.missing_sentinel"


def print_partial(type_: Any) -> str:
    """The text of a module with the partial class of a type, and those of the models in it.

    Args:
        type_: a model, dataclass or NamedTuple, or what holds one.

    Raises:
        UsageError: if there is none in it.

    >>> from pydantic import BaseModel
    >>> class Item(BaseModel):
    ...     sku: str
    >>> print_partial(Item).splitlines()[-2:]
    ['class PartialItem(BaseModel):', '    sku: str | MISSING = MISSING']
    """
    model = root_model(plan_of(adapter_of(type_)))
    if model is None:
        raise UsageError(f"{type_!r} is no model, dataclass or NamedTuple: it has no fields")
    printer = _Printer()
    printer.wanted = [model]
    classes: list[str] = []
    for wanted in printer.wanted:  # grows on the way
        classes.insert(0, printer.class_text(wanted))
    return "\n\n\n".join(("\n".join(printer.head()), *classes)) + "\n"


class _Printer:
    """Writes classes, and remembers what they need.

    Attributes:
        wanted: the models whose partial classes are needed.
        names: what each imported name stands for.
    """

    def __init__(self) -> None:
        self.wanted: list[type] = []
        self._open: list[Any] = []
        self.names: dict[str, tuple[str, str]] = {"MISSING": (_SENTINEL, "MISSING")}

    def head(self) -> Iterator[str]:
        """The imports, sorted."""
        by_module: dict[str, list[str]] = {}
        for name, (module, original) in self.names.items():
            shown = original if name == original else f"{original} as {name}"
            by_module.setdefault(module, []).append(shown)
        yield "from __future__ import annotations"
        yield ""
        for module in sorted(by_module):
            listed = sorted(by_module[module], key=lambda n: (not n.isupper(), n))
            yield f"from {module} import {', '.join(listed)}"

    def class_text(self, model: type) -> str:
        """A partial class."""
        if issubclass(model, BaseModel):
            base = f"({self.imported('pydantic', 'BaseModel')})"
            types_ = {name: field.annotation for name, field in model.model_fields.items()}
            head = f"class {name_of(model)}{base}:"
        else:
            hints = get_type_hints(model, include_extras=True)
            types_ = {name: hints.get(name, Any) for name in field_names(model)}
            decorator = self.imported("dataclasses", "dataclass")
            head = f"@{decorator}\nclass {name_of(model)}:"
        lines = [f"    {n}: {self.field_text(t)} = MISSING" for n, t in types_.items()]
        return "\n".join((head, *(lines or ["    pass"])))

    def field_text(self, annotation: Any) -> str:
        """The type of a field that may be missing."""
        parts = [*dict.fromkeys((*self.parts(annotation), "MISSING"))]
        return "Any" if "Any" in parts else " | ".join(parts)

    def text(self, annotation: Any) -> str:
        """A type, with the parts that may stand for its models."""
        parts = [*dict.fromkeys(self.parts(annotation))]
        return "Any" if "Any" in parts else " | ".join(parts)

    def parts(self, annotation: Any) -> list[str]:
        """The members of the union that a type is shown as."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if annotation is None or annotation is type(None):
            return ["None"]
        if hasattr(annotation, "__value__"):  # what `type` makes
            return self.unfolded(annotation, annotation.__value__)
        if origin is Annotated:
            return self.parts(arguments[0])
        if origin in (Union, types.UnionType):
            return [part for argument in arguments for part in self.parts(argument)]
        if origin is Literal:
            shown = ", ".join(map(self.literal, arguments))
            return [f"{self.imported('typing', 'Literal')}[{shown}]"]
        if isinstance(annotation, type) and not arguments:
            return self.class_parts(annotation)
        if isinstance(origin, type):
            return self.container_parts(origin, arguments)
        return [self.imported("typing", "Any")]

    def unfolded(self, named: Any, inner: Any) -> list[str]:
        """What stands for a named type; `Any` where it is a part of itself."""
        if named in self._open:
            return [self.imported("typing", "Any")]
        self._open.append(named)
        parts = self.parts(inner)
        self._open.pop()
        return parts

    def class_parts(self, cls: type) -> list[str]:
        """A class, and what stands for it while it is not complete."""
        if not is_record(cls):
            return self.container_parts(cls, ()) if cls is tuple else [self.class_name(cls)]
        if issubclass(cls, RootModel):
            inner = self.unfolded(cls, cls.model_fields["root"].annotation)
            return [self.class_name(cls), *inner]
        if issubclass(cls, dict):
            return [self.class_name(cls), f"dict[str, {self.imported('typing', 'Any')}]"]
        if cls not in self.wanted:
            self.wanted.append(cls)
        return [self.class_name(cls), name_of(cls)]

    def container_parts(self, origin: type, arguments: tuple[Any, ...]) -> list[str]:
        """A container with what is in it; a tuple is a list until it is complete."""
        inner = ["..." if a is ... else self.text(a) for a in arguments]
        shown = [self.class_name(origin) + (f"[{', '.join(inner)}]" if inner else "")]
        if origin is tuple:
            shown.append(f"list[{self.imported('typing', 'Any')}]")
        return shown

    def class_name(self, cls: type) -> str:
        """How a class is written; it is imported."""
        made: Any = getattr(cls, "__pydantic_generic_metadata__", None)
        if made and made["origin"] is not None:
            inner = ", ".join(self.text(argument) for argument in made["args"])
            return f"{self.class_name(made['origin'])}[{inner}]"
        if cls.__module__ == "builtins":
            return cls.__qualname__
        outer, *rest = cls.__qualname__.split(".")
        if "<locals>" in rest:
            outer, rest = cls.__name__, []
        return ".".join((self.imported(cls.__module__, outer), *rest))

    def literal(self, value: Any) -> str:
        """A value in `Literal`."""
        if isinstance(value, Enum):
            return f"{self.class_name(type(value))}.{value.name}"
        return repr(value)

    def imported(self, module: str, name: str) -> str:
        """The name under which something is imported."""
        known = name
        while self.names.get(known, (module, name)) != (module, name):
            known = f"{re.sub(r'[^0-9a-zA-Z]', '_', module)}_{known}"
        self.names[known] = (module, name)
        return known
