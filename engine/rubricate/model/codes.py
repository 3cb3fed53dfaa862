"""The codes of problems. A code never changes its meaning and is never used again for another."""

from __future__ import annotations

from dataclasses import dataclass

from rubricate.model.location import Location
from rubricate.model.problem import Fix, Note, Problem, Severity

__all__ = ["CODES", "Code", "problem"]


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem."""

    name: str
    severity: Severity
    summary: str


E, W = Severity.ERROR, Severity.WARNING

CODES: dict[str, Code] = {
    # the file
    "R001": Code("unreadable-file", E, "the file cannot be read as UTF-8 text"),
    "R002": Code("yaml-syntax", E, "the file is not valid YAML"),
    "R003": Code("duplicate-key", E, "a key stands twice in one mapping"),
    "R004": Code("yaml-alias", E, "anchors and aliases are not allowed"),
    "R005": Code("yaml-tag", E, "YAML tags are not allowed"),
    "R006": Code("too-large", E, "the file is larger, deeper or longer than any ruleset needs to be"),
    "R007": Code("rules-text-syntax", E, "a line of a .rules file that cannot be read"),
    "R008": Code("bad-include", E, "a file under include that cannot be a part of the ruleset"),
    # its structure
    "R010": Code("unknown-key", E, "a key that means nothing here"),
    "R011": Code("missing-key", E, "a key that must be there is not"),
    "R012": Code("wrong-kind-of-value", E, "a list where a text is wanted, and the like"),
    "R013": Code("value-not-allowed", E, "a value that is not one of the allowed ones"),
    "R014": Code("not-built-yet", E, "a key or form that belongs to the language but is not built yet"),
    "R015": Code("number-written-as-text", E, "YAML read a version as a number, such as 1.10 as 1.1"),
    "R016": Code("yaml-took-the-quotes", E, "YAML removed the quotes that the condition needed"),
    "R017": Code("yaml-cut-the-value", E, "YAML ended the value before the expression ended"),
    "R018": Code("yaml-escape", E, "YAML turned a backslash of the pattern into a control character"),
    "R019": Code("yaml-boolean-word", E, "yes, no, on and off are words here, not truth values"),
    # conditions
    "R020": Code("condition-syntax", E, "the condition cannot be parsed"),
    "R021": Code("unknown-name", E, "a name that is no matcher and no let"),
    "R022": Code("wrong-type", E, "an operator got something that it cannot work on"),
    "R023": Code("empty-group", E, "a group or wildcard without members"),
    "R024": Code("impossible-count", E, "more members are asked for than there are"),
    "R025": Code("unknown-enum-value", E, "a value that is not in the field's enum"),
    "R026": Code("unknown-field", E, "a field that the record does not declare"),
    "R027": Code("unknown-column", E, "a column that the match does not have"),
    "R028": Code("bad-regex", E, "a regular expression that cannot be compiled"),
    "R029": Code("unknown-function", E, "a function that does not exist, or with the wrong number of arguments"),
    # meaning
    "R030": Code("unknown-label", E, "a label that is not declared"),
    "R031": Code("unknown-section", E, "a citation of a section that the guideline does not have"),
    "R032": Code("circle", E, "rules or lets that wait for one another"),
    "R033": Code("stage-order", E, "a matcher in no stage, in two, or used before its stage"),
    "R034": Code("id-used-twice", E, "an id that stands for two things"),
    "R035": Code("confidence-out-of-range", E, "a confidence or threshold outside 0 to 1"),
    "R036": Code("unreachable-emit", E, "an emit, value, span or link on a label of another kind than it needs"),
    "R037": Code("no-matches-to-emit", E, "a span rule whose condition gives no matches"),
    # things from outside
    "R040": Code("unknown-plugin-name", E, "a matcher kind, step, combiner or check that no plugin gives"),
    "R041": Code("plugin-option", E, "an option that the plugin does not take, or with a wrong value"),
    "R042": Code("table-unreadable", E, "a table that is missing or cannot be read"),
    "R043": Code("table-column", E, "a table lacks a column, or a cell has the wrong type"),
    "R044": Code("undeclared-label-in-table", E, "a label_from column holds a label that is not declared"),
    "R045": Code("unknown-table", E, "a table that is not declared"),
    "R046": Code("guideline-unreadable", E, "the guideline is missing, cannot be read, or has another version"),
    "R047": Code("version-required", E, "the ruleset needs another version of Rubricate or a missing plugin"),
    # versions
    "R050": Code("id-reused", E, "an id that stood for another rule or label once, as the lock knows"),
    "R051": Code("version-too-small", E, "a version that did not grow as much as what changed asks for"),
    "R052": Code("supersedes-unknown", E, "`supersedes` names a rule that is still there, or never was"),
    "R053": Code("version-form", E, "a version to be locked that is not of three numbers, such as 1.2.0"),
    # comments that silence warnings
    "R060": Code("silence-without-reason", E, "a comment silences a warning and does not say why"),
    "R061": Code("silence-of-no-warning", E, "a comment silences a code that is unknown, or that of an error"),
    # warnings
    "R101": Code("uncited-rule", W, "a rule that cites no section of the guideline"),
    "R102": Code("no-examples", W, "a rule without a hit or a miss"),
    "R103": Code("unused", W, "a matcher, table or let that nothing uses"),
    "R104": Code("mixed-and-or", W, "and and or side by side without parentheses"),
    "R105": Code("record-level-not", W, "`not` about the record where a filter of matches was meant"),
    "R106": Code("unfiltered-emit", W, "`emit` names a matcher that `when` filters, so all its matches are emitted"),
    "R107": Code("table-hygiene", W, "rows that are equal after folding, or empty"),
    "R108": Code("unreachable-threshold", W, "a threshold that no vote can reach"),
    "R109": Code("plugin-broken", W, "a plugin that could not be imported"),
    "R110": Code("uncited-section", W, "a section of the guideline that no rule cites"),
    "R111": Code("constant-condition", W, "a condition, or a part of one, that is always or never true"),
    "R112": Code("named-beside-its-group", W, "a name that stands beside a group which includes it, or twice in one"),
    "R113": Code("shadowed-rule", W, "a rule that says nothing which another rule does not say at least as surely"),
    "R114": Code("backtracking-regex", W, "a regular expression that takes very long on some texts"),
    "R115": Code("unindexed-regex", W, "a costly regular expression that has to be tried on every text"),
    "R116": Code("expensive-first", W, "a stage that runs an expensive matcher before a stage of cheaper ones"),
    "R117": Code("weak-term", W, "a term of a table that is one letter, or a word that stands in nearly every text"),
    "R118": Code("mixed-script", W, "a word that mixes letters of two scripts which look the same"),
    "R119": Code("script-without-spaces", W, "a text of a script without spaces, which is found inside words too"),
    "R120": Code("section-changed", W, "a section of the guideline that changed since its rules were locked"),
    "R121": Code("table-without-new-version", W, "a table whose entries changed and whose version did not"),
    "R122": Code("dominant-entry", W, "an entry with most of its matcher's hits on the records at hand"),
    "R123": Code("literal-wildcard", W, "a text in quotes that is written like a wildcard or pattern"),
    "R124": Code("empty-match", W, "a pattern that matches the empty text, which is never marked"),
    "R125": Code("not-calibrated", W, "a target for which no threshold has been chosen from gold yet"),
    "R126": Code("calibrated-before", W, "a threshold that was chosen from other gold, or for another meaning"),
    "R127": Code("not-learned", W, "a learned confidence, or a combiner to be fitted, without numbers in the lock yet"),
    "R128": Code("learned-before", W, "a learned confidence or a fitted combiner whose rules changed since"),
    "R130": Code("unused-context", W, "a context that nothing uses"),
    "R131": Code("contradictory-labels", W, "a label that can never be accepted, as what it implies excludes it"),
    "R132": Code("undecided-set", W, "a set that stays undecided wherever no rule votes, and nobody is asked"),
    "R133": Code("deprecated-rule", W, "a deprecated rule that still votes"),
    "R134": Code("only-drafts", W, "a label for which only drafts vote, so that nothing decides it"),
    "R135": Code("silence-of-nothing", W, "a comment silences a warning that is not there"),
    "R136": Code("threshold-always-reached", W, "a threshold that every vote reaches, or that is never asked"),
    "R137": Code("citation-of-nothing", W, "a rule cites sections while no guideline is bound"),
    "R138": Code("without-rules", W, "a ruleset or group that holds no rule"),
    "R139": Code("label-without-rule", W, "a label that no rule can give, and that nobody is asked about"),
    "R140": Code("clamped-confidence", W, "a confidence that can leave 0 to 1, and counts as 0 or 1 there"),
    "R141": Code("doubtful-model", W, "a model that its plugin can use, but has a doubt about"),
    "R142": Code("idle-trigger", W, "a trigger for retraining that waits for answers nobody is asked for"),
}


def problem(
    code: str,
    message: str,
    location: Location,
    *,
    help: str | None = None,
    notes: tuple[Note, ...] = (),
    fix: Fix | None = None,
) -> Problem:
    """A problem with the severity of its code."""
    severity = CODES[code].severity
    return Problem(code=code, severity=severity, message=message, location=location, notes=notes, help=help, fix=fix)
