"""Laws of the condition language."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rubricate.language.parsing import ConditionSyntaxError, parse
from rubricate.language.printing import to_text
from rubricate.language.tree import Node, children, walk
from support.conditions import conditions, nearly_conditions


@settings(deadline=None, max_examples=150)
@given(conditions())
def test_printing_then_parsing_gives_the_tree_back(tree: Node) -> None:
    text = to_text(tree)

    assert parse(text) == tree
    assert to_text(parse(text)) == text


@settings(deadline=None, max_examples=100)
@given(conditions())
def test_each_part_lies_in_its_whole_and_reads_as_itself(tree: Node) -> None:
    text = to_text(tree)
    parsed = parse(text)

    assert parsed.span == (0, len(text))
    for node in walk(parsed):
        ends = [node.span[0], *(end for child in children(node) for end in child.span), node.span[1]]
        assert ends == sorted(ends)
        if type(node).__name__ != "Wildcard":
            assert parse(text[slice(*node.span)]) == node


def assert_read_or_refused(text: str) -> None:
    result = read_or_refused(text)
    if isinstance(result, ConditionSyntaxError):
        assert 0 <= result.start <= result.end <= len(text)
        assert result.message[:1].isprintable()
        assert result.message[0] == result.message[0].lower()
        assert not result.message.endswith(".")
        assert result.help
    else:
        assert parse(to_text(result)) == result


def read_or_refused(text: str) -> Node | ConditionSyntaxError:
    try:
        return parse(text)
    except ConditionSyntaxError as error:
        return error


@settings(deadline=None, max_examples=300)
@given(nearly_conditions())
def test_words_in_any_order_are_read_or_refused_with_a_place(text: str) -> None:
    assert_read_or_refused(text)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    assert_read_or_refused(text)


@settings(deadline=None, max_examples=200)
@given(conditions(), st.data())
def test_a_condition_with_a_letter_lost_is_read_or_refused_with_a_place(tree: Node, data: st.DataObject) -> None:
    text = to_text(tree)
    lost = data.draw(st.integers(0, len(text) - 1))

    assert_read_or_refused(text[:lost] + text[lost + 1 :])
