"""Examples of rulesets run as tests, and what of a ruleset they touch."""
