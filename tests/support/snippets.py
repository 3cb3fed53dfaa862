"""Runs the fenced blocks of a Markdown page, in order, in one folder.

    ```yaml title="ruleset.yaml"   any language with a title: the file of that name
    ```yaml rule                   a rule of the last titled YAML file; its examples must pass
    ```console                     lines that begin with `$ ` are commands, the others what they write
    ```python                      runs; an untitled ```text block right behind it is what it writes
    ```sh                          does not run, but for `pip install ./FOLDER`: that package can be imported from here on

In what a command writes, a line of three dots stands for any lines and three dots within a line for any text. A line
that begins with `> ` is a prompt with what a person types. Times and digests are compared by their form.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import shlex
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from rubricate.annotator import load
from rubricate.checking.examples import run_examples
from rubricate.cli import main
from rubricate.errors import RulesetError
from rubricate.reporting.problems import render_problems

__all__ = ["Block", "Story", "read_blocks", "tell_page"]

FENCE = "```"
TIME = re.compile(r"\b[0-9]+(\.[0-9]+)? (ms|s)\b")
DIGEST = re.compile(r"\b(?=[a-f]*[0-9])[0-9a-f]{8,64}\b")
SHELL = re.compile(r"[|<>;*&]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a page."""

    language: str
    title: str | None
    words: tuple[str, ...]
    """What else stands behind the language."""
    body: str
    line: int
    """Where its first line stands in the page, counted from 1."""

    @property
    def is_output(self) -> bool:
        """Whether it is what the block before it writes."""
        return self.language == "text" and self.title is None


def read_blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    info, body, first = "", list[str](), 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith(FENCE):
            body.append(line)
        elif first:
            language, *words = shlex.split(info) or [""]
            title = next((word.removeprefix("title=") for word in words if word.startswith("title=")), None)
            rest = tuple(word for word in words if not word.startswith("title="))
            content = "".join(f"{each}\n" for each in body)
            found.append(Block(language=language, title=title, words=rest, body=content, line=first))
            first = 0
        else:
            info, body, first = line[len(FENCE) :], [], number + 1
    return found


def tell_page(page: Path, folder: Path, *, update: bool = False) -> str:
    """What a page says that is not so, nothing if all is; `update` mends what the page shows of outputs."""
    text = page.read_text(encoding="utf-8")
    blocks = read_blocks(text)
    story = Story(folder)
    story.tell(blocks)
    if update and story.found:
        lines = text.splitlines()
        for block in reversed(blocks):
            if block.line in story.found:
                first = block.line - 1
                lines[first : first + len(block.body.splitlines())] = story.found[block.line].splitlines()
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "\n".join(story.differences)


@dataclass(slots=True)
class Story:
    """The blocks of one page at work. `differences` says what is not as the page says."""

    folder: Path
    names: dict[str, object] = field(default_factory=dict)
    declared: tuple[str, str] = ("", "")
    """Name and text of the last titled YAML file."""
    differences: list[str] = field(default_factory=list)
    found: dict[int, str] = field(default_factory=dict)
    """Line of a block -> what should stand there instead."""
    status: int = 0
    """The exit status of the last command."""
    packages: set[str] = field(default_factory=set)
    """Import packages that the page installed."""

    def tell(self, blocks: list[Block]) -> None:
        """Runs all blocks."""
        path, modules, writes_no_bytecode = list(sys.path), dict(sys.modules), sys.dont_write_bytecode
        sys.dont_write_bytecode = True  # a page may write a module anew within the second that bytecode is dated by
        with contextlib.chdir(self.folder):
            try:
                for block, following in zip(blocks, [*blocks[1:], None], strict=True):
                    self._run(block, following)
            finally:
                sys.path[:], sys.dont_write_bytecode = path, writes_no_bytecode
                self._forget()
                sys.modules.update({name: modules[name] for name in modules.keys() - sys.modules.keys()})

    def _run(self, block: Block, following: Block | None) -> None:
        if block.title is not None:
            self._write(block)
        elif block.language == "console":
            self._compare(block, "".join(self._commands(block)))
        elif "rule" in block.words:
            self._check_rule(block)
        elif block.language == "python":
            output = self._python(block)
            if following is not None and following.is_output:
                self._compare(following, output)
        elif block.language == "sh":
            self._install(block)
        elif block.language == "yaml":
            self.differences.append(f"line {block.line}: a YAML block needs a title, or the word rule")

    def _write(self, block: Block) -> None:
        assert block.title is not None
        path = self.folder / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body, encoding="utf-8")
        if block.language == "yaml":
            self.declared = (block.title, block.body)

    def _install(self, block: Block) -> None:
        """Does for a package that the page wrote what pip would do: its entry points are found, it can be imported."""
        for name in re.findall(r"^pip install \./(\S+)", block.body, re.MULTILINE):
            project = tomllib.loads((self.folder / name / "pyproject.toml").read_text(encoding="utf-8"))["project"]
            head = f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
            info = self.folder / name / head
            info.mkdir()
            (info / "METADATA").write_text(
                f"Name: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
            )
            points = "".join(
                f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in named.items())
                for group, named in project["entry-points"].items()
            )
            (info / "entry_points.txt").write_text(points, encoding="utf-8")
            sys.path.insert(0, str(self.folder / name))
            self.packages.update(path.parent.name for path in (self.folder / name).glob("*/__init__.py"))

    def _forget(self) -> None:
        """Modules of the page's own packages are imported anew, as another process would.

        They go by name: a module of the same name that something else imported would stand in for the page's.
        """
        for name in list(sys.modules):
            if name.partition(".")[0] in self.packages:
                del sys.modules[name]
        importlib.invalidate_caches()

    def _compare(self, block: Block, found: str) -> None:
        if not _fits(block.body, found):
            self.differences.append(f"line {block.line}: expected\n{block.body}found\n{found}")
            self.found[block.line] = found

    # -- commands ------------------------------------------------------------------------------------------

    def _commands(self, block: Block) -> Iterator[str]:
        """Each command with what it writes, or with what the page says where that fits."""
        for command, expected in _split(block.body):
            typed = "".join(f"{line[2:]}\n" for line in expected.splitlines() if line.startswith("> "))
            output = self._execute(command, typed)
            yield f"$ {command}\n"
            yield expected if _fits(expected, output) else output

    def _execute(self, command: str, typed: str) -> str:
        if command == "echo $?":
            return f"{self.status}\n"
        if not command.startswith("rubricate ") or SHELL.search(command.replace("'", '"').split('"')[0]):
            return self._shell(command)
        self._forget()
        runner = CliRunner(echo_stdin=True)
        argv, sys.argv = sys.argv, shlex.split(command)
        try:
            with runner.isolation(input=typed) as (_out, _err, both):
                try:
                    main()
                    self.status = 0
                except SystemExit as stop:
                    self.status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
                sys.stdout.flush()
                sys.stderr.flush()
                return both.getvalue().decode()
        finally:
            sys.argv = argv

    def _shell(self, command: str) -> str:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
        )
        self.status = done.returncode
        return done.stdout + done.stderr

    # -- rules and Python ----------------------------------------------------------------------------------

    def _check_rule(self, block: Block) -> None:
        name, declared = self.declared
        rule = block.body
        head = "id: snippet\n"
        for key, value in (("label", "found"), ("confidence", "0.9")):
            if not re.search(rf"^{key}\w*:", rule, re.MULTILINE):
                head += f"{key}: {value}\n"
        path = self.folder / f"rule-{name}"
        path.write_text(declared + "rules:\n  -\n" + textwrap.indent(head + rule, "    "), encoding="utf-8")
        try:
            outcomes = run_examples(load(path).plan)
        except RulesetError as error:
            sources = {str(path): path.read_text(encoding="utf-8")}
            self.differences.append(f"line {block.line}: {render_problems(error.problems, sources)}")
            return
        if not outcomes:
            self.differences.append(f"line {block.line}: a rule needs a hit or a miss")
        failed = [each for each in outcomes if each.failure is not None]
        self.differences += [f"line {block.line}: {each.failure}: {each.detail} ({each.text})" for each in failed]

    def _python(self, block: Block) -> str:
        written = io.StringIO()
        with contextlib.redirect_stdout(written):
            exec(compile(block.body, f"<line {block.line}>", "exec"), self.names)
        return written.getvalue()


def _split(body: str) -> list[tuple[str, str]]:
    """The commands of a console block with what the page says that they write."""
    found: list[tuple[str, str]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            command, output = found[-1]
            found[-1] = (command, f"{output}{line}\n")
    return found


def _fits(expected: str, found: str) -> bool:
    pattern = ""
    for line in _masked(expected).splitlines():
        if line == "...":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(map(re.escape, line.split("..."))) + r"\n"
    return re.fullmatch(pattern, _masked(found)) is not None


def _masked(text: str) -> str:
    lines = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    return DIGEST.sub("<digest>", TIME.sub("<time>", lines))
