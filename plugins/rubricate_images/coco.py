"""The classes of the data set COCO (Lin et al. 2014) by the numbers that detectors trained on it give."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["COCO"]

_NAMES = """
person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, -, stop sign,
parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, -, backpack, umbrella, -, -,
handbag, tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard,
surfboard, tennis racket, bottle, -, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange,
broccoli, carrot, hot dog, pizza, donut, cake, chair, couch, potted plant, bed, -, dining table, -, -, toilet, -, tv,
laptop, mouse, remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, -, book, clock, vase,
scissors, teddy bear, hair drier, toothbrush
"""

COCO: Mapping[int, str] = MappingProxyType(
    {number: name for number, name in enumerate(map(str.strip, _NAMES.split(",")), start=1) if name != "-"}
)
"""Number, counted from 1 with gaps, -> name."""
