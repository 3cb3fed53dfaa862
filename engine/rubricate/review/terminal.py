"""The queue in a terminal: one record after the other, keys for the answers."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import cast

from rubricate.errors import UsageError
from rubricate.reporting.drawing import draw_text
from rubricate.reporting.figures import visible
from rubricate.review.proposing import proposal, span_at, suggested_spans
from rubricate.storage.people import People
from rubricate.storage.people_values import Question

__all__ = ["Sections", "TerminalReview"]

Sections = Mapping[str, tuple[str, str]]
"""Section id -> its title and text."""

HELP = "a accept  s skip  e escalate  u undo  q quit"
WIDTH = 88


class TerminalReview:
    """A session of one person. Reading and writing are handed in, so that a test can be the person."""

    def __init__(
        self,
        people: People,
        person: str,
        *,
        sections: Sections,
        ask: Callable[[str], str | None],
        write: Callable[[str], None],
        run: str | None = None,
        colour: bool = False,
    ) -> None:
        self._people = people
        self._person = person
        self._sections = sections
        self._ask = ask
        """Prompt -> what was typed, or None at the end of input."""
        self._write = write
        self._run = run
        """Only what this run asks; None: what any run of the project asks."""
        self._colour = colour
        self.answered = 0

    def work(self) -> int:
        """Goes through the queue until it is empty or the person stops; gives how many questions were answered."""
        try:
            while (question := self._people.next_question(self._person, run=self._run)) is not None:
                self._show(question)
                if not self._answer(question):
                    return self.answered
        finally:
            self._people.release(self._person)
        self._write("no open question is left\n")
        return self.answered

    def _show(self, question: Question) -> None:
        self._write("\n" + "─" * WIDTH + "\n")
        said = {"id": question.record_id, "route": "review", "suggestions": list(question.suggestion)}
        fields = (question.field,) if question.field else tuple(question.fields)
        self._write(draw_text({**question.fields, "rubricate": said}, fields=fields, colour=self._colour))
        self._write(f"\nasked   {visible(_ask_text(question))}\nwhy     {visible(question.why)}\n")
        for cite in question.cites:
            if cite in self._sections:
                title, text = self._sections[cite]
                self._write(f"§ {cite} {visible(title)}\n{_indented(text)}\n")
        self._write("keys    " + "  ".join([*_label_keys(question), *HELP.split("  ")]) + "\n")

    def _answer(self, question: Question) -> bool:
        """Takes keys until the question is dealt with; False: the person stops."""
        while True:
            typed = self._ask("> ")
            if typed is None or typed.strip() == "q":
                return False
            try:
                if self._do(question, typed.strip()):
                    return True
            except UsageError as error:
                self._write(f"{error}\n")

    def _do(self, question: Question, typed: str) -> bool:
        people, person = self._people, self._person
        if typed == "s":
            people.skip(question.id, person)
        elif typed == "e" or typed.startswith("e "):
            people.escalate(question.id, person, note=typed[1:].strip())
        elif typed == "u":
            undone = people.undo_last(person, run=self._run)
            if undone is None:
                raise UsageError("there is nothing to undo")
            given = people.answers(undone.id)
            if given and given[-1].kind == "withdrawal":
                self.answered = max(0, self.answered - 1)
            self._write(f"undone: {visible(undone.record_id)}\n")
        else:
            people.record_answer(question.id, person, _value(question, typed), suggested=list(question.suggestion))
            self.answered += 1
        return True


def _ask_text(question: Question) -> str:
    if question.kind == "set":
        return f"which of {', '.join(question.labels)} is it?"
    if question.kind == "label":
        return f"is it {question.labels[0]}?"
    return f"mark every {question.labels[0]} in {question.field}"


def _label_keys(question: Question) -> list[str]:
    if question.kind == "set":
        return [f"{number} {label}" for number, label in enumerate(question.labels, 1)]
    if question.kind == "label":
        return ["y yes", "n no"]
    spans = [f'{number} "{visible(_text(question, span))}"' for number, span in enumerate(suggested_spans(question), 1)]
    return [*spans, "n none", "m WORDS mark other words", "1,2 only these"]


def _text(question: Question, span: Mapping[str, object]) -> str:
    text = str(question.fields.get(question.field or "", ""))
    return text[cast("int", span["start"]) : cast("int", span["end"])]


def _value(question: Question, typed: str) -> Mapping[str, object]:
    """The answer that the typed key means; raises UsageError for one that means nothing here."""
    if typed == "a":
        found = proposal(question)
        if found is None:
            raise UsageError("there is no suggestion to accept", help="choose a label")
        return found
    match question.kind:
        case "set":
            return {"label": _choose(question.labels, typed)}
        case "label" if typed in ("y", "n", "1"):
            return {"holds": typed != "n"}
        case "span":
            return _spans(question, typed)
    raise UsageError(f'"{typed}" is no key here')


def _choose(labels: tuple[str, ...], typed: str) -> str:
    if typed in labels:
        return typed
    if typed.isdecimal() and 1 <= int(typed) <= len(labels):
        return labels[int(typed) - 1]
    raise UsageError(f'"{typed}" is no key here')


def _spans(question: Question, typed: str) -> Mapping[str, object]:
    if typed == "n":
        return {"spans": []}
    if typed.startswith("m "):
        spans = [span_at(question, words.strip()) for words in typed[2:].split(" | ")]
    else:
        offered = suggested_spans(question)
        numbers = [part.strip() for part in typed.split(",")]
        if not all(number.isdecimal() and 1 <= int(number) <= len(offered) for number in numbers):
            raise UsageError(f'"{typed}" is no key here')
        chosen = [offered[int(number) - 1] for number in numbers]
        spans = [{name: one[name] for name in ("start", "end", "value") if name in one} for one in chosen]
    # In the order of the text, so that two people who mark the same say the same
    places = sorted({(cast("int", span["start"]), cast("int", span["end"])) for span in spans})
    if len(places) < len(spans):
        raise UsageError(f'"{typed}" names a place twice')
    return {"spans": sorted(spans, key=lambda span: (span["start"], span["end"]))}


def _indented(text: str) -> str:
    short = textwrap.shorten(visible(text.replace("\n", " ")), 600, placeholder=" …")
    return textwrap.indent(textwrap.fill(short, WIDTH - 4), "    ")
