"""Readings side by side: short cuts find what every month by itself tells."""

import pytest
from tests.expansion.worlds import small_case

from provisor.expansion.bad_months import bad_months
from provisor.expansion.board import assumption_board, policy_matrix
from provisor.expansion.design import find_design
from provisor.expansion.network import network_of

READINGS = [
    {},
    {"check_time": "morning"},
    {"days_on_hand": "pooled"},
    {"days_on_hand": "network", "doh_multiplier": 3},
    {"days_on_hand": "network", "check_time": "morning"},
    {"positions": True, "storage": "inbound"},
    {"shelf_use": "dedicated"},
]


@pytest.mark.parametrize("rules", READINGS, ids=str)
@pytest.mark.parametrize("seed", range(2))
def test_months_that_cannot_be_served_are_those_that_cannot_by_themselves(seed, rules):
    network = network_of(small_case(seed, months=9, rules={"doh_multiplier": 7, **rules}))
    alone = [find_design(network, months=[month], whole=False).design is None for month in range(9)]
    assert bad_months(network) == [month + 1 for month, bad in enumerate(alone) if bad]


def test_the_board_has_every_reading_once_and_marks_the_cases_own():
    case = small_case(1)
    board = assumption_board(case)
    assert board.height == 72
    (own,) = board.filter("chosen").to_dicts()
    assert own["cost"] == pytest.approx(find_design(network_of(case)).design.cost)


def test_the_policy_matrix_costs_what_each_policy_costs_alone():
    matrix = policy_matrix(small_case(1), {"international": [1, 4], "domestic": [2, 9]})
    for row in matrix.to_dicts():
        policy = {kind: row[kind] for kind in ("international", "domestic")}
        design = find_design(network_of(small_case(1, rules={"policy": policy}))).design
        assert row["cost"] == (None if design is None else pytest.approx(design.cost))
