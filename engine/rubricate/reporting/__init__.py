"""Runs, records and evaluations shown to people: text, HTML and the report page."""
