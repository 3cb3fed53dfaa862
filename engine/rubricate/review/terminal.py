"""The queue in a terminal: one record after the other, keys for the answers."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence

from rubricate.errors import UsageError
from rubricate.reporting.drawing import draw_text
from rubricate.reporting.figures import number, plural, visible
from rubricate.reporting.viewing import AS_WRITTEN, Texts, Viewer, as_written
from rubricate.review.keys import answer_keys, answer_of, ask_text, box_text
from rubricate.storage.people import People
from rubricate.storage.people_values import ADJUDICATORS, Question

__all__ = ["Sections", "TerminalReview"]

Sections = Mapping[str, tuple[str, str]]
"""Section id -> its title and text."""

PASS_ON = ("s skip", "e NOTE escalate", "u undo")
WIDTH = 88
SHOWN = 1500
"""So many characters of a long text are shown until all of it is asked for."""
SHOWN_SECTION = 600


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
        escalated: bool = False,
        fields: Sequence[str] = (),
        viewer: Viewer = as_written,
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
        self._escalated = escalated
        """Only what others have handed on."""
        self._fields = fields
        """The order of the fields; those that are not among them come last."""
        self._viewer = viewer
        self._colour = colour
        self._shown: Texts = AS_WRITTEN
        """The texts of the question at hand, as they are shown."""
        self.answered = 0

    def work(self) -> int:
        """Goes through the queue until it is empty or the person stops; gives how many questions were answered."""
        try:
            while (question := self._next()) is not None:
                self._shown = self._viewer(question.fields)
                self._show(question)
                if not self._answer(question):
                    return self.answered
        finally:
            self._people.release(self._person)
        self._write(f"{self._nothing_left()}\n")
        return self.answered

    def _next(self) -> Question | None:
        return self._people.next_question(self._person, run=self._run, escalated=self._escalated)

    # -- what is shown -----------------------------------------------------------------------------------------

    def _show(self, question: Question, *, whole: bool = False) -> None:
        self._write(f"\n{self._progress()}\n{self._record(question, whole=whole)}")
        self._write(f"\nasked   {visible(ask_text(question))}\nwhy     {visible(question.why)}\n")
        self._write("".join(f"{line}\n" for line in self._said_by_others(question)))
        for cite in question.cites:
            if cite in self._sections:
                title, text = self._sections[cite]
                self._write(f"§ {cite} {visible(title)}\n{_indented(text, whole=whole)}\n")
        self._write_keys(question, whole=whole)

    def _write_keys(self, question: Question, *, whole: bool) -> None:
        keys = [*answer_keys(question, self._shown), *PASS_ON, *self._opening(question, whole=whole), "q quit"]
        self._write("".join(f"{line}\n" for line in _key_lines(keys)))

    def _progress(self) -> str:
        """Such as `── 12 of 80 ──`: of the questions of the run, and in which place this one stands."""
        counts = self._people.count_questions(run=self._run)
        left = self._people.count_left(self._person, run=self._run, escalated=self._escalated)
        total = counts.get("escalated", 0) if self._escalated else sum(counts.values())
        total = max(total, left)
        return f"── {number(total - left + 1)} of {number(total)} ".ljust(WIDTH, "─")

    def _record(self, question: Question, *, whole: bool) -> str:
        said = {"id": question.record_id, "route": "review", "suggestions": list(question.suggestion)}
        texts = [name for name in question.fields if isinstance(question.fields[name], str)]
        fields = [name for name in dict.fromkeys([*self._fields, *texts]) if name in texts]
        limit = None if whole else SHOWN
        drawn = {**question.fields, "rubricate": said}
        return draw_text(drawn, fields=fields, shown=self._shown, colour=self._colour, limit=limit)

    def _opening(self, question: Question, *, whole: bool) -> list[str]:
        """The key that shows more, where something was cut."""
        if whole:
            return []
        sections = [self._sections[cite][1] for cite in question.cites if cite in self._sections]
        is_cut = self._record(question, whole=False) != self._record(question, whole=True)
        is_cut = is_cut or any(_indented(text, whole=False) != _indented(text, whole=True) for text in sections)
        return ["w show all of it"] if is_cut else []

    def _said_by_others(self, question: Question) -> list[str]:
        """Who handed a question on, and what was answered before: for those who decide it."""
        if question.state != "escalated":
            return []
        told = [f"from    {_by(person, note)}" for person, note in self._people.handed_on(question.id)]
        standing = [one for one in self._people.answers(question.id) if one.kind == "answer"]
        replaced = {one.supersedes for one in self._people.answers(question.id)}
        return told + [
            f"said    {visible(one.person)}: {visible(_value_text(question, one.value, self._shown))}"
            for one in standing
            if one.id not in replaced
        ]

    def _nothing_left(self) -> str:
        """What to do when nothing is left for this person."""
        lines = [f"no {'escalated' if self._escalated else 'open'} question is left"]
        skipped = 0 if self._escalated else self._people.count_skipped(self._person, run=self._run)
        if skipped:
            lines.append(f"{plural(skipped, 'question')} you skipped; --skipped asks them again")
        waiting = self._people.count_questions(run=self._run).get("escalated", 0)
        if waiting:
            who = [each.id for each in self._people.people() if each.role in ADJUDICATORS and each.id != self._person]
            names = f", here {', '.join(map(visible, who))}" if who else "; nobody else here has such a role"
            lines.append(f"{plural(waiting, 'question')} escalated: a reviewer, sme or admin answers them{names}")
        return "\n".join(lines)

    # -- what is typed -----------------------------------------------------------------------------------------

    def _answer(self, question: Question) -> bool:
        """Takes keys until the question is dealt with; False: the person stops."""
        while True:
            typed = self._ask("> ")
            if typed is None or typed.strip() == "q":
                return False
            if typed.strip() == "w":
                self._show(question, whole=True)
                continue
            if typed.strip() in ("", "?"):
                self._write_keys(question, whole=False)
                continue
            try:
                self._do(question, typed.strip())
            except UsageError as error:
                self._write(f"{error}\n")
            else:
                return True

    def _do(self, question: Question, typed: str) -> None:
        people, person = self._people, self._person
        if typed == "s":
            people.skip(question.id, person)
        elif typed == "e" or typed.startswith("e "):
            people.escalate(question.id, person, note=typed[1:].strip())
        elif typed == "u":
            self._undo()
        else:
            value = answer_of(question, typed, self._shown)
            people.record_answer(question.id, person, value, suggested=list(question.suggestion))
            self.answered += 1

    def _undo(self) -> None:
        undone = self._people.undo_last(self._person, run=self._run)
        if undone is None:
            raise UsageError("there is nothing to undo")
        given = self._people.answers(undone.id)
        if given and given[-1].kind == "withdrawal":
            self.answered = max(0, self.answered - 1)
        self._write(f"undone: {visible(undone.record_id)}\n")


def _by(person: str, note: str) -> str:
    return visible(f"{person}: {note}" if note else person)


def _value_text(question: Question, value: object, shown: Texts) -> str:
    """An answer in words."""
    match value:
        case {"label": str(label)}:
            return label
        case {"holds": bool(holds)}:
            return "yes" if holds else "no"
        case {"spans": [*spans]}:
            name = question.field or ""
            text = shown.clean.get(name, str(question.fields.get(name, "")))
            places = [shown.from_original(name, span["start"], span["end"]) for span in spans]
            return ", ".join(f'"{text[start:end]}"' for start, end in places) or "none"
        case {"boxes": [*boxes]}:
            return ", ".join(map(box_text, boxes)) or "none"
    return str(value)


def _key_lines(keys: Sequence[str]) -> list[str]:
    """The keys below one another where they do not fit on a line, none of them broken."""
    lines, line = [], "keys  "
    for key in keys:
        if len(line) + 2 + len(key) > WIDTH and line.strip() != "keys":
            lines.append(line)
            line = "      "
        line += f"  {key}"
    return [*lines, line]


def _indented(text: str, *, whole: bool) -> str:
    shown = visible(text.replace("\n", " "))
    short = " ".join(shown.split()) if whole else textwrap.shorten(shown, SHOWN_SECTION, placeholder=" …")
    return textwrap.indent(textwrap.fill(short, WIDTH - 4), "    ")
