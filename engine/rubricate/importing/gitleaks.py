"""gitleaks.toml: rules that find secrets, as a span label with a rule for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rubricate.errors import UsageError
from rubricate.importing.gitleaks_allowing import Allowed, any_matches, path_condition, read_allowlist
from rubricate.importing.gitleaks_rules import Secret, read_secret
from rubricate.importing.imported import Imported, Remark, Wishes
from rubricate.importing.patterns import in_condition
from rubricate.importing.reading import entries, read_toml
from rubricate.importing.writing import flow_list, make_ids, make_names, scalar, table_text

__all__ = ["import_gitleaks"]

EVERYWHERE = "allowed_everywhere"
IGNORED = "ignored_path"
OTHERS = ("title", "description", "minVersion", "allowlist", "allowlists", "rules")
CONFIDENCE = 0.9
GENERIC_CONFIDENCE = 0.86
"""For rules called generic: of two spans of equal length that of the rule that knows more stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A rule with the names that it gets and the allowlists that hold for it."""

    secret: Secret
    id: str
    name: str
    """Of its matcher."""
    allowed: tuple[Allowed, ...]
    """Those of its own, and the global ones for it alone."""
    shared: tuple[Allowed, ...]
    """The global ones for every rule."""

    @property
    def own_exceptions(self) -> tuple[str, ...]:
        """Patterns that only its secrets must not hold."""
        return tuple(pattern for each in self.allowed for pattern in each.exceptions)

    @property
    def shared_exceptions(self) -> tuple[str, ...]:
        """Patterns that no secret may hold."""
        return tuple(pattern for each in self.shared for pattern in each.exceptions)

    @property
    def table(self) -> str | None:
        """The table of what its secrets must not hold."""
        if self.own_exceptions:
            return f"{self.name}_allowed"
        return EVERYWHERE if self.shared_exceptions else None

    @property
    def filters(self) -> list[Allowed]:
        """The allowlists that are neither in its table nor about the path of every record."""
        return [
            *(each for each in self.allowed if not each.exceptions),
            *(each for each in self.shared if not each.exceptions and not each.only_paths),
        ]


def import_gitleaks(path: Path, wishes: Wishes) -> Imported:
    """A ruleset with a matcher and a rule for each of the file's rules; all vote for one label."""
    document = read_toml(path)
    remarks = [Remark(key, "left out", "the key is not known") for key in document if key not in OTHERS]
    found = list(entries(path, document.get("rules"), '"rules"', id="id"))
    secrets = [secret for entry in found if (secret := read_secret(entry, remarks)) is not None]
    if not secrets:
        raise UsageError(f"{path}: has no rule that can be used")
    everywhere = list(_global(path, document, remarks))
    ids, names = make_ids(each.id for each in secrets), make_names((each.id for each in secrets), taken=(IGNORED,))
    rules = [
        _Rule(
            secret=secret,
            id=id,
            name=name,
            allowed=(*secret.allowed, *(each for each in everywhere if secret.id in each.rules)),
            shared=tuple(each for each in everywhere if not each.rules),
        )
        for secret, id, name in zip(secrets, ids, names, strict=True)
    ]
    remarks += [Remark(r.secret.id, "changed", f'its id is "{r.id}" here') for r in rules if r.id != r.secret.id]
    name, label = wishes.name or "gitleaks", wishes.label or "secret"
    tables = {
        rule.table: (*rule.shared_exceptions, *rule.own_exceptions) if rule.own_exceptions else rule.shared_exceptions
        for rule in rules
        if rule.table is not None
    }
    files = {"ruleset.yaml": _ruleset(name, label, rules, sorted(tables))}
    for table, patterns in tables.items():
        files[f"dict/{table}.tsv"] = table_text(("pattern",), ([pattern] for pattern in dict.fromkeys(patterns)))
    return Imported(
        files=files,
        name=name,
        rules=len(found),
        taken=len(rules),
        origin="https://github.com/gitleaks/gitleaks, there under the MIT licence",
        about=(
            f"Marks secrets in texts (`{label}`), with {len(rules)} rules; the rule that voted says which kind it is.",
            "A rule looks only at texts that hold one of its keywords, as in gitleaks.",
            "Records may say in `path` which file they are; what hangs on paths is asked only of those that do.",
            "Under the flag `a` a `\\s` takes a vertical tab too, and ignoring case keeps to ASCII letters.",
        ),
        remarks=tuple(remarks),
    )


def _global(path: Path, document: Mapping[str, object], remarks: list[Remark]) -> Iterator[Allowed]:
    """The allowlists for all rules, or for those that they name."""
    for key in ("allowlist", "allowlists"):
        value = document.get(key, [])
        values = value if isinstance(value, list) else [value]
        for entry in entries(path, values, f'"{key}"'):
            yield from read_allowlist(entry, key, remarks)


def _ruleset(name: str, label: str, rules: Sequence[_Rule], tables: Sequence[str]) -> str:
    dictionaries = "".join(f"  {table}: {{file: dict/{table}.tsv, term: pattern}}\n" for table in tables)
    matchers = "".join(map(_matcher, rules))
    ignored = [path_condition(each.paths) for each in rules[0].shared if each.only_paths]
    lets = {IGNORED: " or ".join(ignored)} if ignored else {}
    conditions = {rule.name: _condition(rule, lets) for rule in rules}
    written = "".join(_rule(rule, conditions[rule.name]) for rule in rules)
    return "".join(
        [
            f'format: 1\nruleset: {scalar(name)}\nversion: "1.0.0"\ntitle: Secrets in code and texts\n\n',
            "record: {id: id, text: [text], meta: {path: {type: text}}}\n\n",
            f"labels:\n  {scalar(label)}: {{kind: span}}\n\n",
            f"# What no secret may hold: placeholders and the like.\ndictionaries:\n{dictionaries}\n" if tables else "",
            f"matchers:\n{matchers}\n",
            "let:\n" + "".join(f"  {key}: {scalar(value)}\n" for key, value in lets.items()) + "\n" if lets else "",
            "tests:\n",
            f'  - {{text: "No secret stands here.", expect: {{{scalar(label)}: none}}}}\n\n',
            f"rules:\n  - group: secrets\n    label: {scalar(label)}\n",
            f"    only: 'not {IGNORED}'\n" if ignored else "",
            f"    rules:\n{written}",
        ]
    )


def _matcher(rule: _Rule) -> str:
    secret = rule.secret
    lines = [f"  {rule.name}:", "    use: regex", f"    pattern: {scalar(f'/{secret.pattern}/{secret.flags}')}"]
    if secret.groups:
        groups = ", ".join(map(str, secret.groups))
        lines.append(f"    group: {groups if len(secret.groups) == 1 else f'[{groups}]'}")
    if secret.keywords:
        lines.append(f"    requires: {flow_list(secret.keywords)}")
    if rule.table is not None:
        lines.append(f"    except: {rule.table}")
    return "".join(f"{line}\n" for line in lines)


def _condition(rule: _Rule, lets: dict[str, str]) -> str:
    """What a rule asks; adds the lets that it needs."""
    secret, found = rule.secret, rule.name
    whole = bool(secret.groups)
    asked = [f"entropy(it.text) > {secret.entropy:g}"] if secret.entropy else []
    asked += [kept for each in rule.filters if not each.in_line and (kept := each.kept(whole=whole))]
    if asked:
        found = f"{found} where ({' and '.join(asked)})"
    for each in (each for each in rule.filters if each.in_line):
        let, rest = f"{rule.name}__{len(lets) + 1}", each.kept(whole=whole)
        lines = f"(lines where ({any_matches('it.text', each.in_line)}))"
        if rest is None:
            found = f"{found} not overlaps {lines}"
        else:
            lets[let] = found
            found = f"({let} where ({rest})) or ({let} not overlaps {lines})"
    if secret.path is not None:
        found = f"({found}) and doc.path matches {in_condition(secret.path)}"
    return found


def _rule(rule: _Rule, condition: str) -> str:
    secret = rule.secret
    confidence = GENERIC_CONFIDENCE if secret.id.startswith("generic") else CONFIDENCE
    lines = [
        f"      - id: {scalar(rule.id)}",
        *([f"        title: {scalar(secret.description)}"] if secret.description else []),
        f"        when: {scalar(condition)}",
        f"        confidence: {confidence}",
    ]
    return "".join(f"{line}\n" for line in lines)
