"""Work, in a line: how often matchers were asked, of how often they would be if nothing were spared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rubricate.reporting.figures import number, plural, share
from rubricate.reporting.untyped import integer, integers
from rubricate.running.work import Work

__all__ = ["usage_lines", "work_line"]


def work_line(work: Work, anew: tuple[int, int] | None) -> str:
    """The work of a run; `anew`: how many rules, of how many, were asked anew.

    >>> work_line(Work(evaluations=40, evaluations_of=2000), (1, 50))
    'work    40 of 2,000 evaluations of a matcher on a record (2.0 %); 1 of 50 rules asked anew'
    >>> work_line(Work(evaluations=2000, evaluations_of=2000, model_calls=9, model_calls_of=9), None)
    'work    2,000 evaluations of a matcher on a record, 9 model calls'
    >>> work_line(Work(evaluations=40, evaluations_of=40, readings=1, readings_of=20), None)
    'work    40 evaluations of a matcher on a record, 1 of 20 readings of images (5.0 %)'
    """
    told = _told(work.evaluations, work.evaluations_of, "evaluation", " of a matcher on a record")
    if work.readings_of:
        told += f", {_told(work.readings, work.readings_of, 'reading of an image', '', 'readings of images')}"
    if work.model_calls_of:
        told += f", {_told(work.model_calls, work.model_calls_of, 'model call', '')}"
    rules = "" if anew is None else f"; {number(anew[0])} of {plural(anew[1], 'rule')} asked anew"
    return f"work    {told}{rules}"


def usage_lines(usage: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """What each matcher that asks a service cost and met, a line each, and what others counted.

    >>> cost = {"records": 9, "calls": 9, "tokens_in": 1000, "tokens_out": 80, "money": 0.25}
    >>> print(*usage_lines([{"stage": "llm", "matcher": "judge", **cost, "counted": {"spans not in the text": 2}}]))
    asked   judge (stage llm): 9 calls, 1,080 tokens (1,000 in, 80 out), money 0.25; spans not in the text 2
    >>> print(*usage_lines([{"stage": "model", "matcher": "mood", "counted": {"texts without a number": 2}}]))
    counted mood (stage model): texts without a number 2
    """
    for one in usage:
        tokens_in, tokens_out = integer(one.get("tokens_in")), integer(one.get("tokens_out"))
        split = f" ({number(tokens_in)} in, {number(tokens_out)} out)" if tokens_in or tokens_out else ""
        told = f"{plural(integer(one.get('calls')), 'call')}, {plural(tokens_in + tokens_out, 'token')}{split}"
        money = one.get("money")
        if isinstance(money, int | float):
            told += f", money {round(money, 4):g}"
        met = ", ".join(f"{what} {number(count)}" for what, count in integers(one.get("counted")).items())
        who = f"{one.get('matcher')} (stage {one.get('stage')})"
        if met and not integer(one.get("records")):
            yield f"counted {who}: {met}"
        else:
            yield f"asked   {who}: {told}{f'; {met}' if met else ''}"


def _told(done: int, of: int, noun: str, more: str, many: str | None = None) -> str:
    if done == of:
        return f"{plural(done, noun, many)}{more}"
    spared = share(done, of) if done < of else "more than from scratch"
    return f"{number(done)} of {plural(of, noun, many)}{more} ({spared})"
