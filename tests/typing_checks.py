"""What a type checker makes of the typed parser; mypy and pyright read it, nothing runs it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter
from pydantic_core import MISSING
from typing_extensions import assert_type

from partialjson import ModelParser, Partial, Stream


class Item(BaseModel):
    sku: Annotated[str, Stream(done=True)]
    price: float


class Order(BaseModel):
    id: int
    items: list[Item]


class PartialItem(BaseModel):
    sku: str | MISSING = MISSING
    price: float | MISSING = MISSING


class PartialOrder(BaseModel):
    id: int | MISSING = MISSING
    items: list[Item | PartialItem] | MISSING = MISSING


def of_a_model() -> None:
    parser = ModelParser(Order)
    assert_type(parser, ModelParser[Order, Partial[Order]])
    assert_type(parser.result, Order)
    assert_type(parser.partial, Partial[Order])
    assert_type(parser.partial.get(lambda order: order.id), int | MISSING)
    assert_type(parser.partial.get(lambda order: order.items[0].sku), str | MISSING)
    assert_type(parser.partial.items, Any)
    number = parser.partial.get(lambda order: order.id)
    if number is not MISSING:
        assert_type(number, int)


def of_a_class_somebody_wrote() -> None:
    parser = ModelParser(Order, partial=PartialOrder, early_defaults=True)
    assert_type(parser, ModelParser[Order, PartialOrder])
    assert_type(parser.partial, PartialOrder)
    assert_type(parser.partial.id, int | MISSING)
    items = parser.partial.items
    if items is not MISSING:
        assert_type(items, list[Item | PartialItem])


def of_other_types() -> None:
    assert_type(ModelParser(list[Order]).partial, Partial[list[Order]])
    assert_type(ModelParser(list[Order]).result, list[Order])
    assert_type(ModelParser(int | str).result, int | str)
    adapter: TypeAdapter[Order] = TypeAdapter(Order)
    assert_type(ModelParser(adapter).partial, Partial[Order])
    assert_type(ModelParser(adapter, partial=PartialOrder).partial, PartialOrder)
    assert_type(ModelParser(Order).fork().partial, Partial[Order])


def may_be_wrong(parser: ModelParser[Order]) -> None:
    assert_type(parser.partial, Partial[Order])
    parser.partial.get(lambda order: order.nothing)  # type: ignore[attr-defined]  # pyright: ignore
