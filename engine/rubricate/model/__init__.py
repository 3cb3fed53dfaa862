"""The values of Rubricate: frozen, equal when their content is equal, knowing no file or plugin."""
