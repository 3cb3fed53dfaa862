"""Questions to people, their answers, and what they settle."""
