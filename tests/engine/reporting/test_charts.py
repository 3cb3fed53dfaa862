"""Charts: what is drawn how high, in which colour."""

from __future__ import annotations

import re

from rubricate.reporting.charts import Line, Part, histogram


def rects(drawn):
    """Colour, lower edge and height of each bar."""
    found = re.findall(r'class="fill-(\w+)" x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', drawn)
    return [(kind, float(y) + float(height), float(height)) for kind, y, height in found]


def test_decisions_are_stacked_in_their_colours_wherever_the_threshold_is():
    bins = [[], [Part("accepted", 30, "accepted"), Part("uncertain", 10, "review"), Part("no", 0, "no")]]

    drawn = histogram(bins, lines=[Line(0.2, "accept")], description="scores")

    assert rects(drawn) == [("accepted", 74.0, 43.5), ("review", 30.5, 14.5)]
    assert "0.50 to 1.00: 30 accepted" in drawn
    assert "0.50 to 1.00: 10 uncertain" in drawn


def test_nothing_is_drawn_of_a_bin_without_scores():
    assert rects(histogram([[Part("accepted", 0, "accepted")]], lines=(), description="")) == []
