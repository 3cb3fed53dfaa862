"""The sections of the report page, one a module; each has `build(view) -> Section | None`."""
