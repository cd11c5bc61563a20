"""A decision that breaks one rule is found by that rule and no other; its switch turns it off."""

import pytest

from provisor.allocation.audit import RULES
from provisor.allocation.rules import Pin


def route(key, pieces):
    return lambda hand: hand.decisions["routes"].update({key: pieces})


def fact(table, changes, **key):
    return lambda hand: hand.row(table, **key).update(changes)


def pin(**order):
    return lambda hand: hand.pins.append(Pin(**order))


def ship_dropped(hand):
    hand.decisions["hung"].discard((1, "S3", "P6"))
    hand.decisions["returned"][2, "S3", "P6"] = None


def keep_dropped(hand):
    del hand.decisions["returned"][2, "S4", "P1"]


def hang_after_life(hand):
    hand.row("products", product="P5")["last_period"] = 1
    hand.decisions["hung"].add((2, "S1", "P5"))
    hand.decisions["routes"][2, "D1", "S1", "P5"] = 1
    hand.row("stock", centre="D1", product="P5")["pieces"] = 3
    hand.row("lanes", centre="D1", store="S1")["capacity"] = 20.0
    del hand.decisions["returned"][2, "S1", "P5"]


def fewer_launched(hand):
    hand.row("launches", product="P6")["max_stores"] = 0


BREAKS = {
    "stock": [
        fact("stock", {"pieces": 4}, centre="D1", product="P1"),
        fact("receipts", {"pieces": 2}, product="P7"),
    ],
    "slots": [
        fact("slots", {"slots": 3}, store="S1", cell="floor"),
        fact("capacity", {"slots_factor": 0.5}, store="S3"),
        fact("products", {"cell": "shelf"}, product="P7"),
    ],
    "pieces": [
        fact("stores", {"pieces": 20.0}, store="S1"),
        fact("products", {"space": 5.0}, product="P5"),
        fact("capacity", {"pieces_factor": 0.2}, store="S3"),
    ],
    "presentation": [fact("products", {"presentation_min": 4}, product="P2")],
    "max-pieces": [fact("pairs", {"max_pieces": 6}, store="S1", product="P1")],
    "pack": [
        lambda hand: hand.decisions["returned"].update({(2, "S1", "P2"): 0.5}),
        fact("products", {"pack": 2}, product="P2"),
        fact("products", {"pack": 4}, product="P7"),
    ],
    "lane-capacity": [
        fact("lanes", {"capacity": 12.0}, centre="D1", store="S1"),
        fact("lanes", {"lead_periods": 2}, centre="D2", store="S2"),
    ],
    "throughput": [fact("centres", {"throughput": 20.0}, centre="D1")],
    "transfers": [
        fact("transfer_lanes", {"capacity": 1.0}, from_store="S2"),
        lambda hand: hand.rules.update(max_transfer_in=1),
    ],
    "launch": [fewer_launched, fact("launches", {"reserve": 0.5}, product="P6")],
    "pins": [
        pin(kind="pinned", store="S1", product="P6", period=1),
        pin(kind="pinned", store="S1", product="P1", period=1, pieces=6),
        pin(kind="forbidden", product="P6", period=2),
        pin(kind="frozen", store="S3", product="P1"),
        pin(kind="frozen", store="S4"),
        fact("pairs", {"lock": "forbid"}, store="S4", product="P1"),
        fact("pairs", {"lock": "carry"}, store="S4", product="P1"),
        fact("pairs", {"lock": "keep"}, store="S1", product="P1"),
    ],
    "budget": [fact("budget", {"amount": 2900.0}, period=1)],
    "corridor": [lambda hand: hand.rules.update(corridor="hard")],
    "sell-through": [
        lambda hand: hand.rules.update(
            objective="sell_through", sell_through_by="floor", sell_through_floor=0.8
        )
    ],
    "eligibility": [
        ship_dropped,
        keep_dropped,
        lambda hand: hand.decisions["returned"].update({(2, "S1", "P5"): 0.5}),
    ],
    "lifecycle": [hang_after_life],
    "returns": [lambda hand: hand.rules.update(returns=False)],
}

SWITCHES = {
    "stock": {"stock": False},
    "slots": {"slots": False},
    "pieces": {"pieces": False},
    "pack": {"pack": False},
    "throughput": {"throughput": False},
    "launch": {"launch": False},
    "budget": {"budget": False},
    "lifecycle": {"lifecycle": False},
}
"""Switches that turn a rule off whatever else is in force."""


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, n) for rule, breaks in BREAKS.items() for n in range(len(breaks))]
)
def test_a_broken_rule_is_found_alone(hand, rule, number):
    assert hand.broken() == set()
    BREAKS[rule][number](hand)
    assert hand.broken() == {rule}


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, n) for rule in SWITCHES for n in range(len(BREAKS[rule]))]
)
def test_a_switch_turns_its_rule_off(hand, rule, number):
    BREAKS[rule][number](hand)
    hand.rules.update(SWITCHES[rule])
    assert rule not in hand.broken()


@pytest.mark.parametrize(
    ("rule", "switch"),
    [
        ("role-minimum", {"role_minimum": False}),
        ("role-maximum", {"role_maximum": False}),
        ("coherence", {"coherence": False}),
        ("corridor", {"corridor": "off"}),
        ("categories", {"categories": 0}),
        ("price-bands", {"price_bands": 0}),
        ("core-subcategories", {"core_subcategories": ()}),
        ("launch", {"launch": False}),
    ],
)
def test_slack_told_for_a_priced_rule_is_what_is_missing(hand, rule, switch):
    """Every priced rule has slack in the plan; more, less, none, and another price are found, and only there."""
    tables = hand.tables()
    slack = tables["slack"]
    (row, *_) = slack["rule"].eq_missing(rule).arg_true()
    for column, change in (("amount", 0.25), ("amount", -0.25), ("price", 1.0)):
        changed = slack.clone()
        changed[row, column] = slack[column][row] + change
        report = hand.audit({**tables, "slack": changed})
        assert {finding.rule for finding in report.findings} == {rule}
    left_out = slack.filter(slack["rule"] != rule)
    assert {finding.rule for finding in hand.audit({**tables, "slack": left_out}).findings} == {rule}
    hand.rules.update(switch)
    assert hand.broken() == set()


def test_slots_of_a_display_are_for_styles_of_its_role(hand):
    """Two of four slots become a display; roles and their prices change with it, so other rules may be found too."""
    hand.row("slots", store="S1", cell="floor")["slots"] = 2
    display = {"store": "S1", "cell": "floor", "period": 1, "role": "SEASONAL", "slots": 2}
    hand.rows["displays"] = [display]
    assert "displays" in hand.broken()
    hand.rows["displays"] = [{**display, "role": "CORE"}]
    assert "displays" not in hand.broken()
    hand.rows["displays"] = [display]
    hand.rules.update(slots=False)
    assert "displays" not in hand.broken()


def test_the_mutations_cover_every_rule():
    priced = {"role-minimum", "role-maximum", "coherence", "categories", "price-bands", "core-subcategories"}
    in_other_tests = {"tables", "balance", "costs", "displays"}
    assert {rule.id for rule in RULES} == set(BREAKS) | priced | in_other_tests
