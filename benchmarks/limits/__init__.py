"""Texts, streams, schemas and checkpoints that mean harm, and what each comes to."""
