"""The classes of what is shown while a document grows, and the marks that say how.

For each model there is a class that stands alone: the same fields, each of which may be
`MISSING`. It is no subclass of the model, whose methods and computed fields know nothing of
missing values. It is made when it is first needed and stays with its model.
"""

from __future__ import annotations

import dataclasses
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import RLock
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ForwardRef,
    Generic,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

import pydantic
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo
from pydantic_core import MISSING, SchemaSerializer, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

T_co = TypeVar("T_co", covariant=True)
V = TypeVar("V")

_OWN = "__partialjson_partial__"  # where a model keeps its partial class
_NEW: Any = object.__new__
_PUT = object.__setattr__
_MARK = "partialjson"  # where a schema keeps its mark


@dataclasses.dataclass(frozen=True)
class Stream:
    """Says how a value is shown in `ModelParser.partial` while it grows.

    Args:
        done: it is shown only when it is complete.
        required: what it is a field of is shown only when this field is complete.

    >>> from typing import Annotated
    >>> from pydantic import BaseModel
    >>> from partialjson import ModelParser, Stream
    >>> class Reply(BaseModel):
    ...     title: Annotated[str, Stream(done=True)]
    ...     text: str
    >>> parser = ModelParser(Reply)
    >>> _ = parser.feed('{"text": "Hel')
    >>> parser.partial
    PartialReply(title=MISSING, text='Hel')
    >>> _ = parser.feed('lo", "title": "A gree')
    >>> parser.partial
    PartialReply(title=MISSING, text='Hello')
    """

    done: bool = False
    required: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        schema: Any = handler(source)  # may be shared: it is copied, not changed
        metadata = {**schema.get("metadata", {}), _MARK: self}
        return {**schema, "metadata": metadata}


class Partial(Generic[T_co]):
    """What is there of a `T` while it grows: its fields, each of which may be `MISSING`.

    A type checker knows nothing of the fields. `get` gives it their types.
    """

    def get(self, pick: Callable[[T_co], V], /) -> V | MISSING:
        """What a function picks of it; `MISSING` if anything on the way is.

        A list that is not long enough yet and a key that is not there are missing, too.

        >>> from pydantic import BaseModel
        >>> from partialjson import ModelParser
        >>> class Order(BaseModel):
        ...     id: int
        ...     tags: list[str]
        >>> parser = ModelParser(Order)
        >>> _ = parser.feed('{"id": 7, "ta')
        >>> parser.partial.get(lambda order: order.id)
        7
        >>> parser.partial.get(lambda order: order.tags[0])
        MISSING
        """
        try:
            return pick(cast("T_co", self))
        except AttributeError as error:
            if error.obj is not MISSING:
                raise
        except (IndexError, KeyError):
            pass
        except TypeError as error:
            if f"'{type(MISSING).__name__}'" not in str(error):
                raise
        return MISSING

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __getitem__(self, step: Any, /) -> Any: ...
        def __iter__(self) -> Iterator[Any]: ...
        def __len__(self) -> int: ...


class PartialModel(BaseModel, Partial[Any]):
    """What the partial class of a model is made of."""

    model_config = ConfigDict(
        defer_build=True, arbitrary_types_allowed=True, protected_namespaces=()
    )

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """As of any model; what is missing is left out."""
        options.setdefault("warnings", False)  # what grows need not be of its type
        return super().model_dump(**options)

    def model_dump_json(self, **options: Any) -> str:
        """As of any model; what is missing is left out."""
        options.setdefault("warnings", False)
        return super().model_dump_json(**options)

    def __reduce__(self) -> Any:
        return _revived, (_model_of(type(self)), self.__getstate__())


class PartialRecord(Partial[Any]):
    """What the partial class of a dataclass or NamedTuple is made of."""

    def __reduce__(self) -> Any:
        return _revived, (_model_of(type(self)), self.__dict__)


def _model_of(cls: type) -> Any:
    return cls.__dict__["__partialjson_model__"]


def _revived(model: type, state: Any) -> Any:
    """A partial object out of a pickle."""
    cls: Any = partial_class(model)
    made = cls.__new__(cls)
    if issubclass(cls, BaseModel):
        made.__setstate__(state)
    else:
        made.__dict__.update(state)
    return made


def blank_model(cls: Any, fields: dict[str, Any]) -> Any:
    """An instance of a partial model with these fields, of which none has come."""
    made = _NEW(cls)
    _PUT(made, "__dict__", fields)
    _PUT(made, "__pydantic_fields_set__", set())
    _PUT(made, "__pydantic_extra__", None)
    _PUT(made, "__pydantic_private__", None)
    return made


def blank_open_model(cls: Any, fields: dict[str, Any]) -> Any:
    """The same for a model that takes any keys."""
    made = blank_model(cls, fields)
    _PUT(made, "__pydantic_extra__", {})
    return made


def blank_record(cls: Any, fields: dict[str, Any]) -> Any:
    """The same for a partial dataclass."""
    made = _NEW(cls)
    made.__dict__.update(fields)
    return made


def blank_of(cls: type) -> Callable[[Any, dict[str, Any]], Any]:
    """What makes the blank instances of a partial class."""
    if not issubclass(cls, BaseModel):
        return blank_record
    return blank_open_model if cls.model_config.get("extra") == "allow" else blank_model


def partial_class(model: type) -> type:
    """The partial class of a model, dataclass or NamedTuple; the same each time."""
    made: type | None = model.__dict__.get(_OWN)
    if made is not None:
        return made
    with _lock:
        made = model.__dict__.get(_OWN)
        if made is None:
            made = _of_model(model) if issubclass(model, BaseModel) else _of_record(model)
            type.__setattr__(made, "__partialjson_model__", model)
            made.__module__ = model.__module__
            made.__doc__ = f"What is there of a `{model.__name__}` while it grows."
            type.__setattr__(model, _OWN, made)
    return made


_lock = RLock()  # held while a partial class is made


def field_names(model: type) -> tuple[str, ...]:
    """The fields of a model, dataclass or NamedTuple."""
    if issubclass(model, BaseModel):
        return tuple(model.model_fields)
    if dataclasses.is_dataclass(model):
        return tuple(field.name for field in dataclasses.fields(model))
    return cast("tuple[str, ...]", getattr(model, "_fields", ()))


def name_of(model: type) -> str:
    """What its partial class is called."""
    words = re.split(r"\W+", model.__name__)  # of `Box[int]`, which is no name
    return "Partial" + "".join(word[:1].upper() + word[1:] for word in words)


def _of_model(model: type[BaseModel]) -> type:
    fields: dict[str, Any] = {name: _field(field) for name, field in model.model_fields.items()}
    base: Any = PartialModel
    config = {name: model.model_config.get(name) for name in _KEPT if name in model.model_config}
    if config:
        settings = cast("ConfigDict", {**PartialModel.model_config, **config})
        base = type("PartialModel", (PartialModel,), {"model_config": settings})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fields that are called like something of BaseModel
        made: type[BaseModel] = create_model(name_of(model), __base__=base, **fields)
        if not hasattr(pydantic, "MISSING"):  # before 2.14 only models that are built are dumped
            with suppress(pydantic.PydanticUserError):
                made.model_rebuild()
    return made


_KEPT = (
    *("extra", "json_encoders", "serialize_by_alias", "ser_json_bytes", "ser_json_inf_nan"),
    *("ser_json_timedelta", "ser_json_temporal"),
)


def _field(field: FieldInfo) -> tuple[Any, Any]:
    """The same field, which may be missing; nothing is ever validated by it."""
    annotation: Any = field.annotation
    if _is_simple(annotation):
        kept = [data for data in field.metadata if hasattr(data, "__get_pydantic_core_schema__")]
        for data in kept:
            annotation = Annotated[annotation, data]
    else:
        annotation = Any
    serialized = field.serialization_alias
    how: Any = Field(
        MISSING,
        serialization_alias=serialized,
        exclude=field.exclude,
        repr=field.repr,
        title=field.title,
        description=field.description,
    )
    return Union[annotation, MISSING], how  # noqa: UP007  # `|` is not for all that may stand here


def _is_simple(annotation: Any) -> bool:
    """Whether a serializer can be made of it that fits all that is shown of such a value.

    What holds models or tuples does not: there are parts of models in it, and lists.
    """
    todo = [annotation]
    while todo:
        part = todo.pop()
        origin = get_origin(part)
        if isinstance(part, (str, ForwardRef, TypeVar)) or origin is tuple or part is tuple:
            return False
        if isinstance(origin or part, type) and is_record(origin or part):
            return False
        if hasattr(part, "__value__") or hasattr(part, "__supertype__"):
            todo.append(getattr(part, "__value__", None) or part.__supertype__)
        todo += get_args(part)
    return True


def is_record(cls: type) -> bool:
    """Whether it is a model, dataclass, TypedDict or NamedTuple."""
    is_typed_dict = issubclass(cls, dict) and hasattr(cls, "__total__")
    is_named_tuple = issubclass(cls, tuple) and hasattr(cls, "_fields")
    is_model = issubclass(cls, BaseModel) or dataclasses.is_dataclass(cls)
    return is_model or is_typed_dict or is_named_tuple


def _of_record(model: type) -> type:
    names = field_names(model)
    shown = {f.name: f.repr for f in dataclasses.fields(model)} if _is_data(model) else {}
    fields = [(n, Any, dataclasses.field(default=MISSING, repr=shown.get(n, True))) for n in names]
    made = dataclasses.make_dataclass(name_of(model), fields, bases=(PartialRecord,))
    type.__setattr__(made, "__pydantic_serializer__", _serializer(made, names))
    return made


def _is_data(model: type) -> bool:
    return dataclasses.is_dataclass(model)


def _serializer(cls: type, names: tuple[str, ...]) -> SchemaSerializer:
    """What leaves out the missing fields where Pydantic dumps such an object."""
    fields = [core_schema.dataclass_field(name, core_schema.any_schema()) for name in names]
    body = core_schema.dataclass_args_schema(cls.__name__, fields)
    return SchemaSerializer(core_schema.dataclass_schema(cls, body, list(names)))
