"""Asks the shipped ruleset `pii` the test cases of Presidio's recognisers: `presidio_cases.py FILE`.

FILE holds one case a line: source, test, entities, text, expected_len, expected_spans, spans_valid. Each case asks one
recogniser, so spans of different labels are all kept here (`conflicts: {overlap: keep_all}`), and only those of the
labels that stand for the case's entities are counted, whether accepted or uncertain. A case is right when they are
exactly the expected ones; where the case gives fewer spans than it counts, their number is compared.

`--shipped` asks the ruleset as it is shipped, where labels take text from one another, `--accepted` counts accepted
spans only. A case that is wrong is printed with its reason.

FILE may also be a set of records with marked spans, as presidio-research makes them: full_text, and spans of
entity_type, start_position and end_position. Then accepted spans are compared with those, edges and all, label by
label, with the table of context words and without it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path

import rubricate
from rubricate_rulesets import path

SHIPPED = ", overlap: longest"
APART = ", overlap: keep_all"

LABELS = {
    "ABA_ROUTING_NUMBER": "us.aba",
    "AU_ABN": "au.abn",
    "AU_MEDICARE": "au.medicare",
    "AU_TFN": "au.tfn",
    "CREDIT_CARD": "credit_card",
    "DATE_TIME": "date",
    "DE_BSNR": "de.bsnr",
    "DE_ID_CARD": "de.id_card",
    "DE_LANR": "de.lanr",
    "DE_SOCIAL_SECURITY": "de.social_security",
    "DE_TAX_ID": "de.tax_id",
    "ES_NIE": "es.nie",
    "ES_NIF": "es.nif",
    "FI_PERSONAL_IDENTITY_CODE": "fi.hetu",
    "IBAN_CODE": "iban",
    "IN_GSTIN": "in.gstin",
    "IN_PAN": "in.pan",
    "IN_VEHICLE_REGISTRATION": "in.plate",
    "IN_VOTER": "in.voter",
    "IT_DRIVER_LICENSE": "it.driver_license",
    "IT_FISCAL_CODE": "it.fiscal_code",
    "IT_PASSPORT": "it.passport",
    "IT_VAT_CODE": "it.vat",
    "KR_DRIVER_LICENSE": "kr.driver_license",
    "KR_FRN": "kr.frn",
    "KR_RRN": "kr.rrn",
    "MAC_ADDRESS": "mac",
    "MEDICAL_LICENSE": "us.dea",
    "NG_VEHICLE_REGISTRATION": "ng.plate",
    "PERSON": "person",
    "PHONE_NUMBER": "phone",
    "PH_MOBILE_NUMBER": "ph.mobile",
    "PL_PESEL": "pl.pesel",
    "SE_PERSONNUMMER": "se.personnummer",
    "SG_NRIC_FIN": "sg.nric",
    "TR_LICENSE_PLATE": "tr.plate",
    "TR_NATIONAL_ID": "tr.national_id",
    "UK_DRIVING_LICENCE": "uk.driving_licence",
    "UK_NINO": "uk.nino",
    "UK_PASSPORT": "uk.passport",
    "UK_VEHICLE_REGISTRATION": "uk.plate",
    "URL": "url",
    "US_DRIVER_LICENSE": "us.driver_license",
    "US_ITIN": "us.itin",
    "US_NPI": "us.npi",
    "US_PASSPORT": "us.passport",
    "ZA_ID_NUMBER": "za.id",
}
MARKED = {
    "AGE": "age",
    "CREDIT_CARD": "credit_card",
    "DATE_TIME": "date",
    "DOMAIN_NAME": "url",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "PERSON": "person",
    "PHONE_NUMBER": "phone",
    "US_DRIVER_LICENSE": "us.driver_license",
    "US_SSN": "us.ssn",
    "ZIP_CODE": "postcode",
}
"""Of records with marked spans; addresses, places, organisations, nationalities and titles are no labels here."""

ANY_NUMBER = "any such number would be suggested; only words nearby count"
TWICE = "the same text is a case twice, with another answer each, by the options of the recogniser"
QUOTED = "the quotation marks are part of the expected span"
WITH_TITLE = "other recognisers of the same cases expect the name without its title"
REASONS: Mapping[tuple[str, str], str] = {
    ("in_pan", "A1111DFSFS"): "no form of a PAN",
    ("in_vehicle_registration", "MN2412"): "a form of old plates that any part number has",
    ("in_vehicle_registration", "MCX1243"): "a form of old plates that any part number has",
    ("in_vehicle_registration", "I15432"): "a form of old plates that any part number has",
    ("phone", "My US number is (415) 555-0132, and my international one is415-555-0132"): TWICE,
    ("phone", "My US number is (415) 555-0132, and my international one is 91-415-555-0132"): TWICE,
    ("phone", "My US number is (415) 555-0132, and my international one is +91 4155 550132"): TWICE,
    ("sg_fin", "A1234567Z"): "no number begins with this letter",
    ("sg_fin", "B1234567Z"): "no number begins with this letter",
    ("tr_license_plate", "34 abc 1234"): "in small letters it is the form of too much else",
    ("transformers", "his name is Mr. May"): WITH_TITLE,
    ("transformers", "They call me Mr. May"): WITH_TITLE,
    ("uk_nino", "Here is my National Insurance Number YZ 61 48 68 B"): "the expected span begins with a space",
    ("url", '"https://presidio.dataprivacystack.org/"'): QUOTED,
    ("url", "'https://presidio.dataprivacystack.org/'"): QUOTED,
    ("us_driver_license", "H12234567"): ANY_NUMBER,
    ("us_driver_license", "123456789 1234567890 12345679012 123456790123 1234567901234 1234"): ANY_NUMBER,
}
"""Recogniser and text -> why the ruleset says something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One case and what the ruleset says."""

    source: str
    text: str
    expected: list[tuple[int, int]] | int
    given: list[tuple[int, int]]

    @property
    def is_right(self) -> bool:
        """Whether the spans, or where the case lacks some their number, are as expected."""
        return self.expected in (self.given, len(self.given))

    @property
    def reason(self) -> str:
        """Why it is wrong, where that is known."""
        name = self.source.removeprefix("test_").removesuffix("_recognizer.py")
        return REASONS.get((name, self.text), "as it is shipped another label, or more doubt, stands in the way")


def read_lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def ask(cases: Iterable[Mapping[str, object]], *, shipped: bool = False, accepted: bool = False) -> Iterator[Outcome]:
    """What the ruleset says of each case, in order."""
    cases = list(cases)
    texts = [str(case["text"]) for case in cases]
    for case, found in zip(cases, annotate(texts, apart=not shipped), strict=True):
        entities, wanted, count = case["entities"], case["expected_spans"], case["expected_len"]
        assert isinstance(entities, list)
        assert isinstance(wanted, list)
        labels = {LABELS[entity] for entity in entities}
        annotations = found.annotations if accepted else (*found.annotations, *found.suggestions)
        spans = {(each.start, each.end) for each in annotations if each.label in labels}
        whole = bool(case["spans_valid"]) and len(wanted) == count
        yield Outcome(
            source=str(case["source"]),
            text=str(case["text"]),
            expected=sorted((start, end) for start, end in wanted) if whole else int(str(count)),
            given=sorted(spans),
        )


def annotate(texts: list[str], *, apart: bool = False, context: bool = True) -> list[rubricate.LabelledRecord]:
    """The texts by the shipped ruleset; if asked, with each label by itself, or without the words of context."""
    with as_file(path("pii")) as folder, tempfile.TemporaryDirectory() as temporary:
        copy = Path(shutil.copytree(folder, Path(temporary) / "pii"))
        if apart:
            written = (copy / "ruleset.yaml").read_text(encoding="utf-8")
            assert SHIPPED in written, "the ruleset settles overlaps otherwise now"
            (copy / "ruleset.yaml").write_text(written.replace(SHIPPED, APART), encoding="utf-8")
        if not context:
            (copy / "dict" / "context.tsv").write_text("term\tof\nno such word\tnothing\n", encoding="utf-8")
        return list(rubricate.load(copy / "ruleset.yaml").annotate(texts))


def measure(records: list[Mapping[str, object]], *, context: bool) -> Iterator[str]:
    """Precision and recall of accepted spans, label by label."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    everything = 0
    for record, found in zip(
        records, annotate([str(each["full_text"]) for each in records], context=context), strict=True
    ):
        spans = record["spans"]
        assert isinstance(spans, list)
        everything += len(spans)
        gold = {
            (MARKED[each["entity_type"]], each["start_position"], each["end_position"])
            for each in spans
            if each["entity_type"] in MARKED
        }
        ours = {(each.label, each.start, each.end) for each in found.annotations}
        wanted.update(label for label, _, _ in gold)
        given.update(label for label, _, _ in ours)
        right.update(label for label, _, _ in gold & ours)
    for label in sorted(wanted | given):
        yield _figures(label, right[label], given[label], wanted[label])
    without = wanted.total() - wanted["person"]
    yield _figures("all but person", right.total() - right["person"], given.total() - given["person"], without)
    yield _figures("all of these labels", right.total(), given.total(), wanted.total())
    yield _figures("all that is marked", right.total(), given.total(), everything)


def _figures(name: str, right: int, given: int, wanted: int) -> str:
    precision, recall = right / max(1, given), right / max(1, wanted)
    f2 = 5 * precision * recall / max(1e-9, 4 * precision + recall)
    counts = f"{name:20} marked {wanted:4}  accepted {given:4}  right {right:4}"
    return f"{counts}  P {precision:.3f}  R {recall:.3f}  F2 {f2:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--shipped", action="store_true", help="settle overlaps as the ruleset is shipped")
    parser.add_argument("--accepted", action="store_true", help="count accepted spans only")
    arguments = parser.parse_args()
    lines = read_lines(arguments.file)
    if lines and "spans" in lines[0]:
        for context in (True, False):
            print("with words of context" if context else "without")
            for line in measure(list(lines), context=context):
                print(f"  {line}")
        return
    outcomes = list(ask(lines, shipped=arguments.shipped, accepted=arguments.accepted))
    wrong = [outcome for outcome in outcomes if not outcome.is_right]
    for each in wrong:
        print(f"{each.source}: {each.text!r}: {each.expected} expected, {each.given} given: {each.reason}")
    for source, count in sorted(Counter(outcome.source for outcome in wrong).items()):
        print(f"{source}: {count} wrong of {sum(outcome.source == source for outcome in outcomes)}")
    print(f"right {len(outcomes) - len(wrong)} of {len(outcomes)} ({(len(outcomes) - len(wrong)) / len(outcomes):.1%})")


if __name__ == "__main__":
    main()
