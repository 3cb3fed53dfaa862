"""Starts things: projects, rulesets, rules, plugins, and what an editor needs for them."""
