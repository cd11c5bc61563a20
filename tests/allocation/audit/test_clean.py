"""A plan that keeps all rules is found clean, and its figures are those added up by hand."""


def test_the_plan_by_hand_is_clean(hand):
    report = hand.audit()
    assert [finding.words for finding in report.findings] == []
    assert report.ok
    assert report.cost_difference < 1e-6
