"""How often a run's brands agree with the shop's own: `brand_agreement.py RUN_DIR GOLD [--ids FILE]`.

Counts the gold records that the run holds, in any of its folders. A record agrees when one of its accepted brand
annotations has the gold value, or covers text that is the gold value, apart from case and spaces.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path


def brands(record: dict, field: str = "title") -> Iterator[set[str]]:
    """Of each accepted brand annotation of a record: its value and its text, folded."""
    for annotation in record["rubricate"].get("annotations", ()):
        if annotation["label"] == "brand" and annotation["decision"] == "accepted":
            text = record[field][annotation["start"] : annotation["end"]]
            yield {fold(text), fold(str(annotation.get("value", text)))}


def fold(text: str) -> str:
    return " ".join(text.casefold().split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--ids", type=Path, help="look only at the records whose ids stand in this file")
    options = parser.parse_args()
    only = set(options.ids.read_text(encoding="utf-8").split()) if options.ids else None

    gold = {}
    for line in options.gold.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        gold[entry["id"]] = {fold(span["value"]) for span in entry["spans"]}

    records = with_gold = found = agreeing = annotations = right = accepted = 0
    for folder in ("records", "review"):
        for part in sorted((options.run / folder).glob("*.jsonl")):
            for line in part.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                id = record["rubricate"]["id"]
                if only is not None and id not in only:
                    continue
                records += 1
                accepted += record["rubricate"]["route"] == "accepted"
                wanted = gold.get(id)
                if wanted is None:
                    continue
                hits = [bool(brand & wanted) for brand in brands(record)]
                with_gold += 1
                found += bool(hits)
                agreeing += any(hits)
                annotations += len(hits)
                right += sum(hits)

    print(f"records                                     {records}")
    print(f"  accepted without a person                 {accepted}  {share(accepted, records)}")
    print(f"title holds the shop's brand                {with_gold}")
    print(f"  an accepted brand                         {found}  {share(found, with_gold)}")
    print(f"  an accepted brand agrees with the shop's  {agreeing}  {share(agreeing, with_gold)}")
    print(f"accepted brand annotations on those         {annotations}")
    print(f"  agree                                     {right}  {share(right, annotations)}")


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


if __name__ == "__main__":
    main()
