"""What of a record's votes is kept for a later run."""

from __future__ import annotations

from rubricate.planning.voting import Voting
from rubricate.running.cascade import Cascade
from rubricate.running.replaying import VoteKeeper
from rubricate.storage.votes import KeptVotes, VotesWriter, votes_file
from support.matching import make_document
from support.rulesets import load_text

RULESET = """\
record: {text: [text]}
labels: [spam, ham]
matchers:
  asking: {use: regex, pattern: '/subscribe/'}
rules:
  - {id: asks, label: spam, when: asking, confidence: 0.9}
  - {id: sings, label: ham, when: '"song"', confidence: 0.9}
"""


def test_nothing_is_kept_of_a_record_about_which_a_matcher_was_not_asked(tmp_path):
    rules = load_text(tmp_path, RULESET)
    documents = [make_document("a song", id=str(number)) for number in range(3)]
    documents[1].off = frozenset({"asking"})
    writer = VotesWriter(tmp_path, "unit")
    keeper = VoteKeeper(Voting(rules.plan, rules.registry), writer, "reading")

    keeper.add(0, Cascade(rules.plan).run(documents))
    writer.finish()

    found = KeptVotes(votes_file(tmp_path, "unit")).take(0, 3)
    assert {place: [vote[:2] for vote in kept.votes] for place, kept in found.items()} == {
        0: [["ham", 1]],
        2: [["ham", 1]],
    }
