"""Every shipped plugin keeps the contract that plugins of other people are held to."""

import csv
import io
import tomllib
from pathlib import Path

import orjson
import pytest

import rubricate_checks
import rubricate_combiners
import rubricate_csv
import rubricate_dictionary
import rubricate_folder
import rubricate_html
import rubricate_jsonl
import rubricate_normalisers
import rubricate_parquet
import rubricate_pii
import rubricate_regex
from rubricate.testing import (
    CheckSample,
    CombinerSample,
    ExportSample,
    MatcherSample,
    NormaliserSample,
    PluginContract,
    SourceSample,
    TransformSample,
)

ROOT = Path(__file__).parents[2]


class TestDictionary(PluginContract):
    plugin = rubricate_dictionary
    samples = (
        MatcherSample(
            {"use": "dictionary", "terms": ["Buy now", "straße", ":)", "İstanbul"]},
            hits=["please [[BUY  now]]!", "die [[STRASSE]]", "hi [[:)]]", "[[istanbul]] and [[İSTANBUL]]"],
            misses=["buyers nowhere", "street", "art"],
        ),
        MatcherSample(
            {"use": "dictionary", "of": "colours"},
            tables={"colours": "term\tcode\nred\tR\ndark red\tDR\n"},
            hits=["a [[red]] car", ("dark red", [(0, 8), (5, 8)])],
            misses=["reddish"],
        ),
    )


class TestRegex(PluginContract):
    plugin = rubricate_regex
    samples = (
        MatcherSample(
            {"use": "regex", "pattern": "/\\b(?<n>[0-9]{2,3}) ?°(?<u>[CF])/"},
            hits=["at [[90 °C]] or [[194°F]]"],
            misses=["90 C", "°C"],
        ),
        MatcherSample(
            {"use": "regex", "pattern": "/(subscribe|kanal|fixed) to/i"},
            hits=["[[SUBSCRIBE to]] me", "[[Kanal to]]", "[[FIXED to]]"],
            misses=["subscribed to"],
        ),
        MatcherSample(
            {"use": "regex", "pattern": "/straße \\d+/i", "fold": False},
            hits=["[[Straße 5]]"],
            misses=["strasse 5"],
        ),
        MatcherSample(
            {"use": "regex", "pattern": "/strasse \\d+/", "fold": True}, hits=["[[Straße  5]]"], misses=["gasse 5"]
        ),
        MatcherSample(
            {"use": "regex", "of": "agents"},
            tables={"agents": "term\tfamily\nfire\\w+\tfox\ncurl/\\d\tcurl\n"},
            hits=["a [[firefox]] and [[curl/7]]"],
            misses=["curl"],
        ),
    )


class TestHtml(PluginContract):
    plugin = rubricate_html
    samples = (
        TransformSample(
            {"use": "html_text"},
            gives={"5 < 6, <b>R&amp;D</b><br>I <3 it": "5 < 6, R&D\nI <3 it", "<p>one</p><p>other</p>": "one\nother"},
            keeps=["plain", "5 < 6", "a & b"],
        ),
    )


class TestCombiners(PluginContract):
    plugin = rubricate_combiners
    samples = (
        CombinerSample("max", gives=[({"a": [0.7, 0.9]}, {"a": 0.9})]),
        CombinerSample("noisy_or", gives=[({"a": [0.5, 0.5]}, {"a": 0.75})]),
        CombinerSample("mean", gives=[({"a": [0.5, 1.0], "b": [0.2]}, {"a": 0.75, "b": 0.2})]),
        CombinerSample("majority", gives=[({"a": [0.6, 0.6, 0.6], "b": [0.9]}, {"a": 0.75, "b": 0.25})]),
        CombinerSample(
            "label_model",
            labels=["a", "b"],
            fits=[
                ({(("one", "a"), ("other", "a"), ("third", "b")): 40}, {"one": 0.9768, "other": 0.9768, "third": 0.5})
            ],
            weighs=[({"one": 0.9, "other": 0.6}, {"a": {"one": 0.5}, "b": {"other": 0.9}}, {"a": 6 / 7, "b": 1 / 7})],
        ),
    )


class TestChecks(PluginContract):
    plugin = rubricate_checks
    samples = (
        CheckSample("luhn", holds=["79927398713", "4111 1111 1111 1111"], fails=["79927398710", "1", "a"]),
        CheckSample("iban", holds=["GB82 WEST 1234 5698 7654 32"], fails=["GB82 WEST 1234 5698 7654 33"]),
        CheckSample("ip", holds=["192.0.2.1", "2001:db8::1"], fails=["192.0.2.256", "1.2.3"]),
        CheckSample("date", holds=["29 February 2024"], fails=["29.02.2023", "soon"]),
        CheckSample("verhoeff", holds=["2363"], fails=["2364"]),
        CheckSample("iso7064_mod11_10", holds=["07945"], fails=["07944", "7", "a"]),
        CheckSample("iso7064_mod97_10", holds=["79444", "5299000J2N45DDNE4Y28"], fails=["79445", "x"]),
    )


class TestPii(PluginContract):
    plugin = rubricate_pii
    samples = (
        CheckSample("za_id", holds=["8001015009087"], fails=["8001015009086", "x"]),
        CheckSample("us_aba", holds=["121000358"], fails=["421042111", "x"]),
        CheckSample("us_dea", holds=["BB1388568"], fails=["BG8207031", "x"]),
        CheckSample("us_itin", holds=["911-70-1234"], fails=["911-89-1234", "x"]),
        CheckSample("us_npi", holds=["1234567893"], fails=["1234567890", "x"]),
        CheckSample("us_ssn", holds=["536-90-4399"], fails=["078-05-1120", "x"]),
        CheckSample("au_abn", holds=["51 824 753 556"], fails=["52 824 753 556", "x"]),
        CheckSample("au_medicare", holds=["2123 45670 1"], fails=["2123 25870 1", "x"]),
        CheckSample("au_tfn", holds=["876 543 210"], fails=["824 753 557", "x"]),
        CheckSample("in_gstin", holds=["27AAPFU0939F1ZV"], fails=["27AAPFU0939F1ZA", "x"]),
        CheckSample("kr_frn", holds=["911124-5678906"], fails=["911124-5678907", "x"]),
        CheckSample("kr_rrn", holds=["960121-1021413"], fails=["960121-1021414", "x"]),
        CheckSample("sg_nric_fin", holds=["S1234567D"], fails=["S1234567A", "x"]),
        CheckSample("de_id_card", holds=["T220001293"], fails=["T220001290", "x"]),
        CheckSample("de_lanr", holds=["123456601"], fails=["123456901", "x"]),
        CheckSample("de_social_security", holds=["15070649C103"], fails=["15070649C100", "x"]),
        CheckSample("de_tax_id", holds=["86095742719"], fails=["12345678903", "x"]),
        CheckSample("es_nie", holds=["X9613851N"], fails=["X9613851Q", "x"]),
        CheckSample("es_nif", holds=["12345678Z"], fails=["12345678A", "x"]),
        CheckSample("fi_hetu", holds=["131052-308T"], fails=["131052-308U", "x"]),
        CheckSample("it_fiscal_code", holds=["RSSMRA85T10A562S"], fails=["RSSMRA85T10A562T", "x"]),
        CheckSample("it_vat", holds=["01333550323"], fails=["00000000000", "x"]),
        CheckSample("pl_pesel", holds=["44051401458"], fails=["44051401459", "x"]),
        CheckSample("se_personnummer", holds=["871220-2384"], fails=["871220-2385", "x"]),
        CheckSample("tr_national_id", holds=["10000000146"], fails=["10000000145", "x"]),
        CheckSample("uk_nhs", holds=["943 476 5919"], fails=["943 476 5918", "x"]),
        CheckSample(
            "bitcoin", holds=["1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"], fails=["1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "x"]
        ),
        CheckSample("mac", holds=["00:1A:2B:3C:4D:5E"], fails=["FF:FF:FF:FF:FF:FF", "x"]),
        CheckSample("phone", holds=["+1 415 555 0132"], fails=["2024-05-06", "x"]),
    )


class TestNormalisers(PluginContract):
    plugin = rubricate_normalisers
    samples = (
        NormaliserSample("number", gives=[("1,234.50", 1234.5), ("2 1/2", 2.5), (7, 7)], refuses=["three", None]),
        NormaliserSample("digits", gives=[("(555) 0100", "5550100")], refuses=["none"]),
        NormaliserSample("lower", gives=[(" Deep   BLUE ", "deep blue")], refuses=["  "]),
        NormaliserSample("unit", gives=[("1 TB", "1000 GB"), ((1000, "gb"), "1000 GB")], refuses=["much"]),
        NormaliserSample("money", gives=[("$1,234.50", "1234.50 USD")], refuses=["a lot"]),
        NormaliserSample("date", gives=[("12 March 2024", "2024-03-12")], refuses=["3/4/2024", "soon"]),
        NormaliserSample("list", gives=[("red, blue;", ["red", "blue"]), (("a/b", "/"), ["a", "b"])], refuses=[""]),
        NormaliserSample("object", gives=[(("name", "Edge", "major", None), {"name": "Edge"})], refuses=[("a", None)]),
        NormaliserSample("entropy", gives=[("aaaa", 0.0), ("abcd", 2.0)], refuses=["", None]),
    )


class TestJsonl(PluginContract):
    plugin = rubricate_jsonl
    samples = (
        SourceSample(
            "jsonl",
            file="dump.jsonl",
            content=b'\xef\xbb\xbf{"id":1,"text":"one \xc3\xa9"}\r\n\n{"id":2}\n{"broken":\n[1]\n{"id":3,"t":"\\u2028"}',
            records=[{"id": 1, "text": "one é"}, {"id": 2}, {"id": 3, "t": "\u2028"}],
            faults=["json", "type"],
        ),
        SourceSample(
            "jsonl",
            file="dump.jsonl",
            content=b'{"id":1}\n{"long":"' + b"x" * 99 + b'"}\n{"id":2}\n',
            options={"max_record_bytes": 50},
            records=[{"id": 1}, {"id": 2}],
            faults=["record_too_large"],
        ),
        ExportSample("jsonl", read=lambda data: [orjson.loads(line) for line in data.split(b"\n") if line]),
    )


def read_table(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def as_in_a_table(text):
    """Control characters are written out, formulas are made harmless."""
    risky = text.startswith(("=", "+", "-", "@", "'", "\t", "\r"))
    return ("'" if risky else "") + text.replace("\x00", "\\x00")


class TestCsv(PluginContract):
    plugin = rubricate_csv
    samples = (
        SourceSample(
            "csv",
            file="dump.csv",
            content='id,text\n1,"one, ""two"""\n2,"line\nbreak é"\n3,a,b\n4,end'.encode(),
            records=[
                {"id": "1", "text": 'one, "two"'},
                {"id": "2", "text": "line\nbreak é"},
                {"id": "4", "text": "end"},
            ],
            faults=["csv_ragged"],
        ),
        ExportSample("csv", read=read_table, changes=as_in_a_table),
    )


class TestFolder(PluginContract):
    plugin = rubricate_folder
    samples = (
        SourceSample(
            "folder",
            content={
                "a.txt": "one é".encode(),
                "b/c.md": b"two",
                "d.png": b"\x89PNG",
                "e.txt": b"\xff",
                "f.pdf": b"%PDF",
            },
            records=[
                {"id": "a.txt", "text": "one é", "path": "a.txt"},
                {"id": "b/c.md", "text": "two", "path": "b/c.md"},
                {"id": "d.png", "image": "d.png", "path": "d.png"},
            ],
            faults=["utf8", "other_suffix"],
        ),
    )


def read_parquet(data):
    return pytest.importorskip("pyarrow.parquet").read_table(io.BytesIO(data)).to_pylist()


class TestParquet(PluginContract):
    plugin = rubricate_parquet
    samples = (ExportSample("parquet", read=read_parquet),)


def test_every_shipped_plugin_has_a_contract():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    held = {each.plugin.__name__ for each in PluginContract.__subclasses__() if each.__module__ == __name__}
    held |= {f"rubricate_{path.parent.name}" for path in Path(__file__).parent.glob("*/test_contract.py")}

    assert held == set(project["entry-points"]["rubricate"].values())
