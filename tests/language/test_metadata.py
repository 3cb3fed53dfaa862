"""What conditions ask of the fields of a record."""

import pytest
from click.testing import CliRunner

from rubricate.cli import cli
from rubricate.errors import RecordError
from support.rulesets import load_text, problems_of, truth_of, votes_of, write_text

META = """\
record:
  text: [title, body]
  meta:
    price:     {type: number}
    lang:      {type: enum, values: [en, de]}
    published: {type: date}
    url:       {type: text}
    sku:       {type: text}
    brand:     {type: text}
    tags:      {type: list}
    verified:  {type: boolean}
"""
RECORD = {
    "title": "Hot deal",
    "body": "nothing",
    "price": 100,
    "lang": "en",
    "published": "2026-01-01",
    "url": "https://shop.example/p/17",
    "sku": "AB-123",
    "brand": "Straße  & Söhne",
    "tags": ["new", "Sale"],
    "verified": True,
}


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("doc.price > 100", "no"),
        ("doc.price >= 100", "yes"),
        ("doc.price < 100", "no"),
        ("doc.price <= 100", "yes"),
        ("doc.price == 100.0", "yes"),
        ("doc.price != 100", "no"),
        ("doc.price in [99, 100]", "yes"),
        ("doc.price not in [99, 101]", "yes"),
        ('doc.lang == "en"', "yes"),
        ('doc.lang != "en"', "no"),
        ('doc.lang in ["de", "en"]', "yes"),
        ('doc.lang not in ["de"]', "yes"),
        ('doc.published >= date("2026-01-01")', "yes"),
        ('doc.published > date("2026-01-01")', "no"),
        ('doc.published == date("2026-01-01")', "yes"),
        ('doc.published < date("2025-12-31")', "no"),
        ('doc.url contains "/p/"', "yes"),
        ('doc.url contains "/q/"', "no"),
        ("doc.sku matches /^AB-\\d+$/", "yes"),
        ("doc.sku matches /^ab/", "no"),
        ("doc.sku matches /^ab/i", "yes"),
        ("doc.sku matches /-12/", "yes"),
        ('doc.brand == "strasse & söhne"', "no"),
        ('fold(doc.brand) == fold("STRASSE&SÖHNE")', "yes"),
        ('fold(doc.sku) == fold("ab 123")', "yes"),
        ('fold(doc.sku) == fold("ab 124")', "no"),
        ('doc.tags contains "new"', "yes"),
        ('doc.tags contains "ne"', "no"),
        ("doc.verified", "yes"),
        ("not doc.verified", "no"),
        ("doc.price exists", "yes"),
        ("doc.verified exists", "yes"),
        ('doc.title == "Hot deal"', "yes"),
        ('doc.title contains "deal"', "yes"),
        ("doc.body matches /^no/", "yes"),
    ],
)
def test_a_field_is_compared(tmp_path, condition, truth):
    assert truth_of(tmp_path, condition, RECORD, META) == truth


@pytest.mark.parametrize(("value", "truth"), [("17.50", "yes"), (" 18 ", "yes"), ("3", "no"), (17.5, "yes"), (3, "no")])
def test_a_number_may_be_written_as_text(tmp_path, value, truth):
    assert truth_of(tmp_path, "doc.price > 10", {"title": "x", "price": value}, META) == truth


def test_a_date_may_carry_a_time(tmp_path):
    record = {"title": "x", "published": "2026-03-05T10:30:00Z"}

    assert truth_of(tmp_path, 'doc.published == date("2026-03-05")', record, META) == "yes"


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ('doc.lang == "fr"', "R025"),
        ('doc.lang in ["en", "fr"]', "R025"),
        ("doc.cost > 1", "R026"),
        ('doc.price == "100"', "R022"),
        ('doc.published > "2026-01-01"', "R022"),
        ("doc.price", "R022"),
        ('doc.lang near "x" within 3 words', "R022"),
        ('count("x") > doc.sku', "R022"),
    ],
)
def test_a_comparison_of_what_cannot_be_compared_is_an_error(tmp_path, condition, code):
    yaml = f"labels: [a, b]\nrules: [{{id: r, label: a, when: '{condition}', confidence: 0.9}}]\n{META}"

    assert problems_of(tmp_path, yaml) == [(code, 4)]


@pytest.mark.parametrize(
    "record",
    [
        {"title": "x"},
        {"title": "x", "lang": None},
        {"title": "x", "lang": "fr"},
        {"title": "x", "lang": "en", "price": "cheap"},
    ],
    ids=["required field missing", "required field null", "outside its enum", "no number"],
)
def test_a_record_with_unusable_metadata_is_refused(tmp_path, record):
    rules = load_text(
        tmp_path,
        """\
        record: {meta: {lang: {type: enum, values: [en, de], required: true}, price: {type: number}}}
        labels: [a, b]
        rules: [{id: r, label: a, when: 'doc.lang == "en"', confidence: 0.9}]
        """,
    )

    assert votes_of(rules.annotate_one({"title": "x", "lang": "en"})) == [("r", "a", 0.9)]
    with pytest.raises(RecordError):
        rules.annotate_one(record)


def test_an_example_may_leave_a_required_field_out(tmp_path):
    path = write_text(
        tmp_path,
        """\
        record: {meta: {lang: {type: enum, values: [en, de], required: true}}}
        labels: [a, b]
        rules: [{id: r, label: a, when: '"x"', confidence: 0.9, hit: ["an x"], miss: ["a y"]}]
        tests: [{text: "an x", expect: {a: accepted}}]
        """,
    )

    answer = CliRunner().invoke(cli, ["test", str(path)], catch_exceptions=False)

    assert answer.exit_code == 0, answer.output


def test_the_rows_of_a_table_are_compared_with_the_record(tmp_path):
    declared = META + "dictionaries: {d: {file: d.csv}}\nmatchers: {m: {use: dictionary, of: d}}\n"
    files = {"d.csv": "term,lang\nhot,de\ndeal,en\n"}

    assert truth_of(tmp_path, 'm where (it.lang == doc.lang and it.text == "deal")', RECORD, declared, **files) == "yes"
    assert truth_of(tmp_path, 'm where (it.lang == doc.lang and it.text == "hot")', RECORD, declared, **files) == "no"
