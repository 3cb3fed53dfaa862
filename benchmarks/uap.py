"""Makes a ruleset of the patterns of uap-core, and a dump of the user agents of its tests: `uap.py UAP_FOLDER OUT`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ruamel.yaml import YAML

from rubricate.importing.describing import all_files
from rubricate.importing.imported import Wishes
from rubricate.importing.kinds import find_importer
from rubricate.importing.writing import write_folder


def main(source: Path, out: Path) -> None:
    """Writes OUT/ruleset.yaml and OUT/agents.jsonl."""
    file = source / "regexes.yaml"
    imported = find_importer("uap").make(file, Wishes())
    write_folder(out, all_files(imported, kind="uap", file=file, licence=None, source=None))
    cases = YAML(typ="safe").load((source / "test_ua.yaml").read_text(encoding="utf-8"))["test_cases"]
    with (out / "agents.jsonl").open("w", encoding="utf-8") as target:
        for number, case in enumerate(cases):
            target.write(json.dumps({"id": str(number), "user_agent": case["user_agent_string"]}) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
