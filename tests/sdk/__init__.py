"""Streams as the providers' own SDKs give them, from a server on this machine."""
