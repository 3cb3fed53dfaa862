from rubricate.api import Cost, per_text
from support.matching import make_document, make_spec


def letters_a(text):
    return [(index, index + 1) for index, letter in enumerate(text) if letter == "a"]


def scan(kind, document, **fields):
    return kind.compile([make_spec(kind="letters", **fields)]).scan([document])[0]


def test_each_text_field_is_given_to_the_function():
    kind = per_text("letters", letters_a, help="the letter a")

    assert scan(kind, make_document(title="xa", body="a")) == [
        ("m", "title", 1, 2, None, None),
        ("m", "body", 0, 1, None, None),
    ]


def test_only_the_fields_of_the_matcher_are_looked_at():
    kind = per_text("letters", letters_a, help="the letter a")

    assert scan(kind, make_document(title="a", body="a"), fields=("body",)) == [("m", "body", 0, 1, None, None)]


def test_a_score_may_follow_the_place():
    kind = per_text("lengths", lambda text: [(0, len(text), 0.5)], help="everything", cost=Cost.MODEL, scores=True)

    assert (kind.cost, kind.scores) == (Cost.MODEL, True)
    assert scan(kind, make_document("abc")) == [("m", "text", 0, 3, 0.5, None)]


def test_places_in_folded_text_are_mapped_back():
    kind = per_text("fi", lambda text: [(text.index("x"), text.index("x") + 1)], help="the letter x")

    assert scan(kind, make_document("\ufb01X"), fold=True) == [("m", "text", 1, 2, None, None)]
