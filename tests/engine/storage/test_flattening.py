import pytest

from rubricate.errors import UsageError
from rubricate.storage.flattening import FlatRow, Layout, flatten
from support.labelled import document, labelled, span

CLASS = {"sets": {"class": ["spam", "ham"]}}


def flat(*records, **options):
    with flatten(iter(records), options) as (layout, rows):
        return layout, list(rows)


def labels_of(*records, **options):
    return [dict(row.labels) for row in flat(*records, **options)[1]]


def test_row_holds_fields_labels_scores_and_spans():
    record = labelled(
        "7",
        document("spam", 0.95),
        document("rude", None),
        span("price", 0, 2, "5$", value=5),
        decisions={"spam": "accepted", "ham": "no", "rude": "accepted", "odd": "no", "price": "accepted"},
        id=7,
        text="5$ off",
    )

    layout, rows = flat(record, **CLASS)

    assert layout == Layout(
        fields={"text": "text"}, sets={"class": ("spam", "ham")}, labels=("rude", "odd"), spans=("price",)
    )
    found = {"field": "text", "start": 0, "end": 2, "text": "5$", "value": 5, "score": 0.8, "by": "machine"}
    assert rows == [
        FlatRow(
            id="7",
            route="accepted",
            fields={"text": "5$ off"},
            labels={"class": "spam", "rude": True, "odd": False},
            scores={"class": 0.95, "rude": None, "odd": None},
            spans={"price": [found]},
        )
    ]


def test_what_is_not_known_is_none_and_never_no():
    found = labels_of(
        labelled("1", decisions={"a": "uncertain", "spam": "uncertain"}),
        labelled("2", decisions={"a": "none"}),
        labelled("3", decisions={"a": "no", "spam": "no", "ham": "no"}),
        **CLASS,
    )

    assert found == [{"class": None, "a": None}, {"class": None, "a": None}, {"class": None, "a": False}]


def test_label_without_votes_can_mean_no():
    found = labels_of(labelled("1"), labelled("2", decisions={"a": "uncertain"}), none="no", documents=["b"])

    assert found == [{"b": False, "a": False}, {"b": False, "a": None}]


@pytest.mark.parametrize(
    ("decision", "expected"), [("no", []), ("uncertain", None), ("none", None)], ids=["no", "uncertain", "none"]
)
def test_record_without_spans_has_none_or_an_empty_list(decision, expected):
    _, rows = flat(labelled("1", decisions={"price": decision}), spans=["price"])

    assert rows[0].spans == {"price": expected}


def test_only_decided_records_unless_all_are_asked_for():
    records = [labelled(route, route=route) for route in ("accepted", "settled", "undecided", "review")]

    assert [row.id for row in flat(*records)[1]] == ["accepted", "settled"]
    assert [row.id for row in flat(*records, only="all")[1]] == ["accepted", "settled", "undecided", "review"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a", None], "text"),
        ([None], "text"),
        ([1, None, -(2**63)], "integer"),
        ([1, 2.5], "number"),
        ([True], "boolean"),
        ([True, 1], "text"),
        ([1, "a"], "text"),
        ([2**64 - 1], "text"),
        ([1, "a", [1]], "json"),
        ([{"b": 1}], "json"),
    ],
)
def test_kind_of_a_field_covers_all_its_values(values, kind):
    layout, _ = flat(*(labelled(str(number), x=value) for number, value in enumerate(values)))

    assert layout.fields == {"x": kind}


def test_own_id_is_a_field_only_where_it_differs():
    assert flat(labelled("17", id=17), labelled("c", id="c"))[0].fields == {}
    assert flat(labelled("17", id=17), labelled("17~2", id=17))[0].fields == {"id": "integer"}


def test_labels_and_fields_can_be_chosen():
    record = labelled("1", document("spam"), document("rude"), span("price", 0, 1, "x"), text="x", url="y")

    layout, _ = flat(record, labels=["class", "price"], fields=["url"], **CLASS)

    assert layout == Layout(fields={"url": "text"}, sets={"class": ("spam", "ham")}, labels=(), spans=("price",))


def test_member_of_a_set_that_is_asked_for_has_its_own_column():
    found = labels_of(labelled("1", document("spam"), decisions={"ham": "no"}), labels=["spam", "ham"], **CLASS)

    assert found == [{"spam": True, "ham": False}]


def test_unknown_label_is_a_usage_error():
    with pytest.raises(UsageError) as caught:
        flat(labelled("1", document("spam")), labels=["spma"])

    assert (caught.value.message, caught.value.help) == ('no record has a label or set "spma"', 'did you mean "spam"?')


def test_unknown_field_is_a_usage_error():
    with pytest.raises(UsageError) as caught:
        flat(labelled("1", text="a"), fields=["url"])

    assert (caught.value.message, caught.value.help) == ('no record has a field "url"', "there is text")


def test_other_output_key_is_found():
    record = labelled("1", document("spam"), text="a")
    record["labels"] = record.pop("rubricate")

    layout, rows = flat(record, key="labels")

    assert (layout.fields, rows[0].labels) == ({"text": "text"}, {"spam": True})


def test_no_records_have_the_declared_columns():
    layout, rows = flat(spans=["price"], documents=["rude"], labels=["class", "rude", "price"], **CLASS)

    assert (layout, rows) == (
        Layout(fields={}, sets={"class": ("spam", "ham")}, labels=("rude",), spans=("price",)),
        [],
    )
