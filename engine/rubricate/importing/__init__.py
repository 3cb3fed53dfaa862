"""Turns the rules of other tools into rulesets."""
