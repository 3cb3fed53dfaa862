"""Comparisons with what nothing ever is: a class that a matcher does not give, a format that no image has."""

import pytest

from rubricate.annotator import check
from support.models import missing
from support.rulesets import write_text

NEEDS = missing("PIL", "numpy")

pytestmark = pytest.mark.skipif(NEEDS is not None, reason=str(NEEDS))

RULES = """\
record: {{text: [title], image: [photo]}}
labels: {{held: {{}}}}
matchers:
  wall: {{use: images.background}}
  word: {{use: regex, pattern: '/(?P<class>dent|rust)/'}}
let: {{walls: 'wall'}}
rules: [{{id: asked, label: held, when: '{condition}', confidence: 0.9}}]
"""


def told(tmp_path, condition):
    path = write_text(tmp_path, RULES.format(condition=condition.replace("'", "''")))
    lines = path.read_text(encoding="utf-8").split("\n")
    return [
        (lines[each.location.line - 1][each.location.column - 1 :][: each.location.length], each.message, each.help)
        for each in check(path)[1]
        if each.code == "R111"
    ]


@pytest.mark.parametrize(
    ("condition", "where", "message", "help"),
    [
        (
            'wall where (it.class == "weiss")', 'it.class == "weiss"',
            'this is never true: "wall" gives no class "weiss"',
            "there are: beige, black, blue, brown, green, grey, orange and 6 more",
        ),
        (
            'walls where (it.class != "White" and it.score > 0.9)', 'it.class != "White"',
            'this is always true: "wall" gives no class "White"', 'did you mean "white"?',
        ),
        (
            'wall where ("gray" == it.class)', '"gray" == it.class',
            'this is never true: "wall" gives no class "gray"', 'did you mean "grey"?',
        ),
        (
            'wall where (it.class in ["white", "gray"])', '"gray"', '"wall" gives no class "gray"',
            'did you mean "grey"?',
        ),
        (
            'wall where (it.class not in ["gray"])', 'it.class not in ["gray"]',
            'this is always true: "wall" gives no class "gray"', 'did you mean "grey"?',
        ),
        (
            'score(wall, "blakc") > 0.5', '"blakc"', 'this is never found: "wall" gives no class "blakc"',
            'did you mean "black"?',
        ),
        (
            'photo.format == "jpg"', 'photo.format == "jpg"',
            'this is never true: an image is never of the format "jpg"', 'did you mean "jpeg"?',
        ),
        (
            'doc.photo.format != "JPEG"', 'doc.photo.format != "JPEG"',
            'this is always true: an image is never of the format "JPEG"', 'did you mean "jpeg"?',
        ),
        (
            'photo.format in ["jpg", "png"]', '"jpg"', 'an image is never of the format "jpg"', 'did you mean "jpeg"?',
        ),
    ],
)  # fmt: skip
def test_what_nothing_ever_is_is_told(tmp_path, condition, where, message, help):
    assert told(tmp_path, condition) == [(where, message, help)]


@pytest.mark.parametrize(
    "condition",
    [
        'wall where (it.class == "white")',
        'wall where (it.class in ["white", doc.title])',
        'score(wall, "black") > 0.5',
        'photo.format in ["jpeg", "png", "webp", "gif", "bmp"]',
        'word where (it.class == "weiss")',
        '(wall or word) where (it.class == "rust")',
        'wall where (it.field == "front")',
        "photo.format matches /jpe?g/",
    ],
)
def test_what_may_be_is_not_told(tmp_path, condition):
    assert told(tmp_path, condition) == []
