"""What a rule votes: label, confidence, matches, value, evidence."""

from support.rulesets import load_text, matches_of, problems_of, spans_of, votes_of


def test_a_rule_votes_once_for_a_document_label(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        rules: [{id: r, label: spam, when: '"sale"', confidence: 0.9}]
        """,
    )

    assert votes_of(rules.annotate_one("sale, sale, sale")) == [("r", "spam", 0.9)]


def test_a_rule_votes_once_for_each_match_of_a_span_label(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {offer: {kind: span}}
        rules: [{id: r, label: offer, when: '"sale"', confidence: 0.9}]
        """,
    )

    record = rules.annotate_one("sale, big sale")

    assert votes_of(record) == [("r", "offer", 0.9), ("r", "offer", 0.9)]
    assert [(span.field, span.start, span.end) for span in record.annotations] == [("text", 0, 4), ("text", 10, 14)]


def test_confidence_is_worked_out_for_each_match(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {offer: {kind: span}}
        rules: [{id: r, label: offer, when: '"sale"', confidence: '0.95 if it in title else 0.9'}]
        """,
    )

    record = rules.annotate_one({"title": "a sale", "text": "sale"})

    assert sorted((span.field, span.score) for span in record.annotations) == [("text", 0.9), ("title", 0.95)]


def test_confidence_may_be_a_column(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {thing: {kind: span}}
        dictionaries: {things: {file: t.csv, types: {sure: number}}}
        matchers: {thing: {use: dictionary, of: things}}
        rules: [{id: r, label: thing, when: thing, confidence: it.sure}]
        """,
        **{"t.csv": "term,sure\npan,0.9\ncup,0.95\nlid,\n"},
    )

    # a match whose confidence is unknown has no vote
    assert spans_of(rules.annotate_one("pan, cup and lid")) == [("thing", "pan", 0.9), ("thing", "cup", 0.95)]


def test_label_from_is_worked_out_for_each_match(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {metal: {kind: span}, clay: {kind: span}}
        dictionaries: {things: {file: t.csv}}
        matchers: {thing: {use: dictionary, of: things}}
        rules: [{id: r, label_from: it.kind, when: thing, confidence: 0.9}]
        """,
        **{"t.csv": "term,kind\npan,metal\ncup,clay\n"},
    )

    assert sorted(spans_of(rules.annotate_one("cup, pan"))) == [("clay", "cup", 0.9), ("metal", "pan", 0.9)]


def test_value_is_worked_out_for_each_match(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {number: {kind: span}}
        matchers: {figure: {use: regex, pattern: '/(?<n>\\d+)x/'}}
        rules: [{id: r, label: number, when: figure, value: number(it.n), confidence: 0.9}]
        """,
    )

    record = rules.annotate_one("7x 12x")

    assert [(record.text(span), span.value) for span in record.annotations] == [("7x", 7), ("12x", 12)]


def test_emit_says_which_matches_become_spans(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {offer: {kind: span}}
        rules: [{id: r, label: offer, when: '"sale" and "today"', emit: '"car" or "boat"', confidence: 0.9}]
        """,
    )

    assert spans_of(rules.annotate_one("sale of a car and a boat, today")) == [
        ("offer", "car", 0.9),
        ("offer", "boat", 0.9),
    ]
    assert spans_of(rules.annotate_one("sale of a car and a boat")) == []
    assert spans_of(rules.annotate_one("sale today")) == []


def test_emit_of_a_matcher_that_when_filters_emits_all_its_matches(tmp_path):
    yaml = """\
    labels: {offer: {kind: span}}
    matchers: {sale: {use: dictionary, terms: [sale]}}
    rules: [{id: r, label: offer, when: 'sale not in title', emit: sale, confidence: 0.9}]
    """
    rules = load_text(tmp_path, yaml)

    record = rules.annotate_one({"title": "sale", "text": "sale"})

    assert sorted(span.field for span in record.annotations) == ["text", "title"]
    assert [found.code for found in rules.problems if found.code == "R106"] == ["R106"]


def test_without_emit_the_matches_of_when_are_emitted(tmp_path):
    assert matches_of(tmp_path, '("sale" near "big" within 0 words) and "today"', "sale, big sale today") == [
        ("text", 0, "sale"),
        ("text", 10, "sale"),
    ]


def test_a_span_rule_without_matches_is_an_error(tmp_path):
    found = problems_of(
        tmp_path,
        """\
        record: {meta: {price: {type: number}}}
        labels: {offer: {kind: span}}
        rules: [{id: r, label: offer, when: 'doc.price > 3', confidence: 0.9}]
        """,
    )

    assert found == [("R037", 5)]


def test_emit_on_a_document_label_is_an_error(tmp_path):
    found = problems_of(
        tmp_path,
        """\
        labels: {offer: {kind: document}}
        rules: [{id: r, label: offer, when: '"a"', emit: '"b"', confidence: 0.9}]
        """,
    )

    assert found == [("R036", 4)]


def test_only_of_a_group_holds_for_each_of_its_rules(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        record: {meta: {source: {type: text}, price: {type: number}}}
        labels: {spam: {kind: document}, ham: {kind: document}}
        rules:
          - group: shops
            only: 'doc.source == "shop"'
            label: spam
            confidence: 0.9
            rules:
              - {id: sale, when: '"sale"'}
              - group: cheap
                only: 'doc.price < 10'
                rules: [{id: deal, when: '"deal"', label: ham, confidence: 0.8}]
          - {id: outside, label: ham, when: '"sale"', confidence: 0.7}
        """,
    )

    def votes(**fields):
        return votes_of(rules.annotate_one({"text": "sale and deal", **fields}))

    assert votes(source="shop", price=5) == [("sale", "spam", 0.9), ("deal", "ham", 0.8), ("outside", "ham", 0.7)]
    assert votes(source="shop", price=50) == [("sale", "spam", 0.9), ("outside", "ham", 0.7)]
    assert votes(source="forum", price=5) == [("outside", "ham", 0.7)]
    assert votes(price=5) == [("outside", "ham", 0.7)]


def test_only_of_a_group_leaves_the_emitted_matches_alone(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {offer: {kind: span}}
        rules:
          - group: g
            only: '"today"'
            label: offer
            rules: [{id: r, when: '"sale"', confidence: 0.9}]
        """,
    )

    assert spans_of(rules.annotate_one("today a sale")) == [("offer", "sale", 0.9)]
    assert spans_of(rules.annotate_one("a sale")) == []


def test_otherwise_votes_for_a_set_on_which_no_other_vote_fell(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {tone: {one_of: [calm, angry]}, topic: {one_of: [food, cars]}}
        rules:
          - {id: shouts, label: angry, when: '/[A-Z]{4}/', confidence: 0.2}
          - {id: eats, label: food, when: '"pan"', confidence: 0.9}
        otherwise: [{label: calm, confidence: 0.9}, {label: cars, confidence: 0.6}]
        """,
    )

    assert [(label, score) for _, label, score in votes_of(rules.annotate_one("quiet"))] == [
        ("calm", 0.9),
        ("cars", 0.6),
    ]
    assert votes_of(rules.annotate_one("LOUD pan")) == [("shouts", "angry", 0.2), ("eats", "food", 0.9)]


def test_evidence_is_what_the_vote_rests_on(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        rules: [{id: r, label: spam, when: '"sale" or "deal"', confidence: 0.9}]
        """,
    )

    [vote] = rules.annotate_one({"title": "a deal", "text": "sale"}).votes

    assert sorted((e.field, e.start, e.end, e.matcher) for e in vote.evidence) == [
        ("text", 0, 4, '"sale"'),
        ("title", 2, 6, '"deal"'),
    ]


def test_evidence_of_a_conjunction_names_both_sides(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        rules: [{id: r, label: spam, when: '"sale" and "deal" and not "garage"', confidence: 0.9}]
        """,
    )

    [vote] = rules.annotate_one("sale, deal").votes

    assert sorted((e.start, e.end) for e in vote.evidence) == [(0, 4), (6, 10)]


def test_evidence_leaves_out_what_was_filtered(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        rules: [{id: r, label: spam, when: '"sale" not near "garage" within 0 words', confidence: 0.9}]
        """,
    )

    [vote] = rules.annotate_one("garage sale, big sale").votes

    assert [(e.matcher, e.start, e.end) for e in vote.evidence] == [('"sale"', 17, 21)]


def test_a_rule_about_metadata_has_no_evidence(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        record: {meta: {price: {type: number}}}
        labels: {cheap: {kind: document}}
        rules: [{id: r, label: cheap, when: 'doc.price < 3', confidence: 0.9}]
        """,
    )

    [vote] = rules.annotate_one({"text": "x", "price": 1}).votes

    assert (vote.rule, vote.label, vote.score, vote.evidence) == ("r", "cheap", 0.9, ())


def test_a_score_is_rounded_to_four_places(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        rules: [{id: r, label: spam, when: '"sale"', confidence: '2 / 3'}]
        """,
    )

    assert votes_of(rules.annotate_one("sale")) == [("r", "spam", 0.6667)]


def test_a_label_may_not_come_out_of_a_pattern_because_it_could_not_be_checked(tmp_path):
    found = problems_of(
        tmp_path,
        """\
        labels: {spam: {kind: document}, ham: {kind: document}}
        matchers: {word: {use: regex, pattern: '/\\b(?<name>\\w+)/'}}
        rules: [{id: r, label_from: it.name, when: word, confidence: 0.9}]
        """,
    )

    assert [code for code, _ in found if code < "R100"] == ["R044"]


def test_a_rule_votes_once_for_a_document_label_with_its_best_match(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {metal: {kind: document}, clay: {kind: document}}
        dictionaries: {things: {file: t.csv, types: {sure: number}}}
        matchers: {thing: {use: dictionary, of: things}}
        rules: [{id: r, label_from: it.kind, when: thing, confidence: it.sure}]
        """,
        **{"t.csv": "term,kind,sure\npan,metal,0.5\npot,metal,0.9\ncup,clay,0.7\n"},
    )

    record = rules.annotate_one("pan, pot, cup, pan")

    assert votes_of(record) == [("r", "metal", 0.9), ("r", "clay", 0.7)]
    assert [[(e.start, e.end) for e in vote.evidence] for vote in record.votes] == [
        [(0, 3), (5, 8), (15, 18)],
        [(10, 13)],
    ]


def test_a_confidence_is_held_between_0_and_1(tmp_path):
    rules = load_text(
        tmp_path,
        """\
        labels: {spam: {kind: document}}
        rules: [{id: r, label: spam, when: '"a"', confidence: 'count("a") - 2'}]
        """,
    )

    assert [votes_of(rules.annotate_one(text)) for text in ("a", "a a a a")] == [
        [("r", "spam", 0.0)],
        [("r", "spam", 1.0)],
    ]
