"""Finds plugins and builds the registry."""
