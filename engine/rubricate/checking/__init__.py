"""Findings about rulesets: their examples run as tests."""
