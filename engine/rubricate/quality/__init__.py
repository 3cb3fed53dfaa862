"""How good a run is: gold and the comparison with it."""
