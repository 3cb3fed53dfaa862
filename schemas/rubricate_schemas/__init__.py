"""JSON Schemas of Rubricate's own file formats; read them with `importlib.resources.files("rubricate_schemas")`."""
