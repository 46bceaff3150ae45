"""Validated objects while a document arrives. The only room that imports Pydantic."""

from .items import ItemParser as ItemParser
from .models import ModelParser as ModelParser
from .partial import Partial as Partial
from .partial import Stream as Stream
