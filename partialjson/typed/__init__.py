"""Validated objects while a document arrives. The only room that imports Pydantic."""
