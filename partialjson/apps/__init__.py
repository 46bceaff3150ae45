"""The edge: what reads files and writes to terminals."""
