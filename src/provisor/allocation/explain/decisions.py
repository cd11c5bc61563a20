"""What is decided in an allocation plan, and what can be asked about one."""

from provisor.explaining import Decision, QuestionKind

PAIR = ("period", "store", "product")

DECISIONS = (
    Decision(
        name="hangs", table="allocation", key=PAIR, amount="carried", unit="style", worth=5.0,
        more="{product} is taken up in {store} in period {period}",
        less="{product} is dropped in {store} in period {period}",
    ),
    Decision(
        name="pieces", table="allocation", key=PAIR, amount="pieces", unit="piece", worth=1.0,
        more="{amount} of {product} more in {store} in period {period}",
        less="{amount} of {product} fewer in {store} in period {period}",
    ),
    Decision(
        name="passed", table="transfers", key=("period", "from_store", "to_store", "product"), amount="pieces",
        unit="piece", worth=0.5,
        more="{amount} of {product} more go from {from_store} to {to_store} in period {period}",
        less="{amount} of {product} fewer go from {from_store} to {to_store} in period {period}",
        outcome=True,
    ),
    Decision(
        name="missed", table="slack", key=("period", "rule", "store"), amount="amount", unit="", worth=3.0,
        more="rule {rule} is missed by {amount} more in {store} in period {period}",
        less="rule {rule} is missed by {amount} less in {store} in period {period}",
        outcome=True,
    ),
)  # fmt: skip
"""Styles and their pieces; what stores pass on and which wishes are missed follows from these."""

QUESTIONS = (
    QuestionKind(
        "", ("product", "store", "period", "pieces"),
        "price of a style hanging in a store (not), of just so many pieces (not, with pieces), or of doing without it",
        "why not product=P012 store=S03",
    ),
    QuestionKind(
        "unserved", ("store", "product", "category", "period"),
        "what keeps demand from being served: capacity, slots, stock, role, minimum, lock, not worth it and others",
        "why unserved store=S03 category=t-shirts",
    ),
    QuestionKind(
        "slots", ("store", "cell", "period"),
        "why slots stay empty: what keeps each style that could hang there from it",
        "why slots store=S03 cell=front",
    ),
    QuestionKind(
        "left", ("product", "centre", "period"),
        "why pieces are left in the centres: what keeps each store from taking more",
        "why left product=P012",
    ),
    QuestionKind(
        "missed", ("rule", "store", "group", "period"),
        "why a wish is missed, such as the least share of a role: what keeps the styles from it that it asks for",
        "why missed rule=role-minimum store=S03",
    ),
)  # fmt: skip
"""What can be asked about an allocation plan."""
