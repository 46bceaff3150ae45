"""Tool calls: a provider's stream in, each call's arguments parsed as they are written."""

from .calls import ToolCalls as ToolCalls
