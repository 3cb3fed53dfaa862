"""The linter: warnings about rulesets that can be used, and say something else than their author means.

Nothing here runs when records are labelled.
"""
