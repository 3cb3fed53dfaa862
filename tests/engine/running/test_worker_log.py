"""What plugins print in workers is kept, but never without bound."""

import sys

from support.faults import command, environment, install_misbehaving, run_process, write_records

RULESET = (
    'ruleset: t\nversion: "1.0.0"\nlabels: {odd: {kind: document}}\nmatchers: {bad: {use: misbehaving}}\n'
    "rules:\n  - {id: odd, label: odd, when: bad, confidence: 0.9}\n"
)
BOUNDED = "import rubricate.running.pool as pool; pool.MOST_PRINTED = 100; from rubricate.cli import main; main()"


def test_a_log_of_what_plugins_print_begins_anew_when_it_is_too_long(tmp_path):
    site = install_misbehaving(tmp_path / "site")
    (tmp_path / "ruleset.yaml").write_text(RULESET)
    dump = write_records(tmp_path / "dump.jsonl", special=dict.fromkeys(range(120), "CHATTER"))
    arguments = command(tmp_path / "ruleset.yaml", dump, tmp_path / "out", "--workers", "1")[3:]

    done = run_process([sys.executable, "-c", BOUNDED, *arguments], env=environment(site))

    assert (done.returncode, done.stderr) == (0, "")
    log = (tmp_path / "out" / ".rubricate" / "workers.log").read_text()
    assert log.startswith("(what plugins had printed before was cut: it was too much)\n")
    assert log.count("what a plugin prints\n") < 120
