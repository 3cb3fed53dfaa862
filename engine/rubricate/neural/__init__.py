"""Neural models of transformers, for the plugins that ask them: their folders, and how they come into memory.

Nothing here imports torch before a model is asked for.
"""
