"""The parser itself: fragments in, calls on a handler out. Private."""
