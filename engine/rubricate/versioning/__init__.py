"""What a ruleset means, pinned and compared: the lock, and three kinds of difference."""
