"""Every rule of the allocation planner in one sentence: the contract of model, docs and audit.

Notation: pair e = (store j, product i), period k; x carried (0 or 1); A pieces on display; y pieces shipped;
N slots of a store in force (each cell's slots times the period's factor, rounded down, summed over its cells);
*able* pairs are those of the table pairs, alive in the period, not forbidden by lock or pin, with
max_pieces >= presentation_min. A pair that is not able, and neither frozen nor kept, is not carried.
"""

from __future__ import annotations

STATEMENTS: dict[str, str] = {
    "balance": "pieces = opening + shipped + transferred - returned; the opening of period 1 is that of the pair, "
    "later ones are pieces - expected sales of the period before; shipped is the sum of the routes that arrive, "
    "transferred that of the transfers in less those out",
    "eligibility": "only rows of the table pairs are carried, shipped to or hold pieces; no able pair is missed out "
    "where it has stock or hung before",
    "lifecycle": "carried, shipped and transferred in only from first_period to last_period",
    "presentation": "carried: pieces >= presentation_min; with the rule off: pieces >= 1 (a whole piece)",
    "max-pieces": "carried: pieces <= max_pieces; in a pair that is kept or frozen no more than its opening",
    "returns": "not carried: nothing is shipped or transferred in, and pieces = 0, all opening pieces returned or "
    "transferred out; with the rule off, and in frozen pairs, nothing is returned, pieces of what is not carried "
    "stay off display: no sales, no space, salvage at the end",
    "pack": "pieces of a route are a multiple of the product's pack",
    "stock": "for each centre, product and period k: routes sent up to k <= usable stock + receipts up to k; usable "
    "is floor(pieces x (1 - reserve)) for a launch, pieces otherwise; returns do not come back within the plan",
    "slots": "sum over the pairs of a store and cell of x <= floor(slots x factor)",
    "pieces": "sum over carried pairs of a store of space x pieces <= floor(pieces x factor)",
    "lane-capacity": "pieces arriving on a lane in a period <= its capacity",
    "throughput": "pieces that a centre sends in a period <= its throughput",
    "transfers": "only along transfer lanes, between pairs; given pieces are there (<= opening of the giver); per lane "
    "and period <= its capacity; taken in by a store <= max_transfer_in",
    "budget": "sum over routes sent in a period of cost x pieces <= the budget of that period",
    "pins": "pinned and carry: carried (pieces as given); forbidden and forbid: not carried; frozen and keep: carried "
    "if carried_before and else not, nothing shipped, returned or transferred",
    "role-minimum": "sum of x of a role in a store + slack >= ceil(min(min_share x N, able pairs of the role))",
    "role-maximum": "sum of x of a role in a store <= max_share x sum of all x of the store + slack",
    "coherence": "for each cluster with two or more stores with N > 0 there is a level L >= 0 such that for each such "
    "store, with r = N / median N: L r - slack <= sum of x <= (L + coherence_tolerance x median N) r + slack",
    "corridor": "for each row of manual_plan with s styles and d = max(1, corridor_width x s): min(s - d, able pairs) "
    "- slack <= sum of x <= s + d + slack, no slack where the corridor is hard",
    "categories": "number of categories carried in a store + slack >= min(categories, categories of its able pairs, N)",
    "price-bands": "sum of x of a price band in a store + slack >= min(price_bands, able pairs of the band)",
    "core-subcategories": "sum of x of a core subcategory in a store + slack >= 1 where it has an able pair",
    "launch": "sum of x of the product + slack >= min(min_stores, able stores), <= max_stores; clusters with a store "
    "that carries it + slack >= min(min_clusters, clusters with an able store)",
    "sell-through": "with objective sell_through by floor: price-weighted expected sales of carried pairs >= "
    "sell_through_floor x price-weighted pieces on display, over all stores and periods",
}
"""What must hold, by rule. A switch of the same name (``-`` for ``_``) turns it off."""

LINES: dict[str, str] = {
    "sales": "weight x price x expected sales (objective revenue: x pieces on display)",
    "salvage": "weight x salvage x pieces not sold, after the last period; salvage x pieces returned, in any",
    "unsold": "- unsold_price x weight x price x (pieces on display - expected sales) (sell_through by unsold_price, "
    "and weighted)",
    "goods": "- cost x pieces shipped; salvage instead of cost where stock_cost is sunk",
    "routes": "- lane cost x pieces of routes",
    "transfers": "- lane cost x pieces transferred",
    "returns": "- return_per_piece x pieces returned",
    "opening": "- opening_per_style x (carried and not carried the period before)",
    "holding": "- holding_share x cost x (pieces - expected sales), after every period but the last",
}
"""How a line of the objective is made; those of priced rules are - price x slack.

Objective revenue: sales and the priced rules alone. Weighted: ``weight_profit`` on every line but unsold, and
``weight_revenue`` x price x expected sales x weight added to sales; priced rules unscaled. Sell-through by
ratio: every line (sales and priced rules alone) over the sum of weight x price x pieces on display.
"""
