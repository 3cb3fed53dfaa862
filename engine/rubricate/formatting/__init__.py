"""The one way in which rulesets are written, and rules from YAML to the text form and back."""
