"""Bytes in, messages out: how streams of messages are cut."""
