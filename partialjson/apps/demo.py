"""The tools that the bundled stream calls, and where the stream is.

The stream was written for this project, in the wire format of Anthropic's Messages API.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

from pydantic import BaseModel, Field

__all__ = ["TOOLS", "stream"]


class Customer(BaseModel):
    """Who ordered."""

    name: str
    email: str
    phone: str


class Item(BaseModel):
    """One line of an order."""

    sku: str
    name: str
    quantity: int = Field(ge=1)
    price: float


class PlaceOrder(BaseModel):
    """The arguments of `place_order`."""

    customer: Customer
    items: list[Item]
    nut_free: bool
    note: str


class Address(BaseModel):
    """Where to."""

    street: str
    city: str


class Window(BaseModel):
    """When."""

    earliest: datetime
    latest: datetime


class BookCourier(BaseModel):
    """The arguments of `book_courier`."""

    pickup: Address
    dropoff: Address
    window: Window
    fragile: bool
    instructions: str


TOOLS: dict[str, type[BaseModel]] = {"place_order": PlaceOrder, "book_courier": BookCourier}


def stream() -> bytes:
    """The bundled stream."""
    return files("partialjson.apps").joinpath("demo.sse").read_bytes()
