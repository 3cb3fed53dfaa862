"""What README shows is what a reader gets."""

from pathlib import Path

from support.snippets import read_blocks, tell_page

README = Path(__file__).parents[2] / "README.md"


def test_the_first_commands_are_make_demo_and_make_test():
    first = read_blocks(README.read_text(encoding="utf-8"))[0]

    assert [line.split("#")[0].strip() for line in first.body.splitlines()] == ["make demo", "make test"]


def test_its_ruleset_commands_and_python_do_what_it_says(tmp_path, update_golden):
    assert tell_page(README, tmp_path, update=update_golden) == ""
