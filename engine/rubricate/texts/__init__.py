"""Texts: folding, words and other segments, what counts as a whole word."""
