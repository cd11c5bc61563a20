"""The rules page once more, in loops over plain rows: the tables of a plan made from its decisions.

Nothing here is quick; the auditor and this file were written apart from each other and must agree.
"""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import median

from scipy import stats

PRICES = {
    "role-minimum": ("role_minimum", "role_shortfall_per_style", "style"),
    "role-maximum": ("role_maximum", "role_excess_per_style", "style"),
    "coherence": ("coherence", "coherence_per_style", "style"),
    "corridor": ("corridor", "corridor_per_style", "style"),
    "categories": ("categories", "category_shortfall", "category"),
    "price-bands": ("price_bands", "price_band_shortfall_per_style", "style"),
    "core-subcategories": ("core_subcategories", "core_shortfall", "subcategory"),
}


class Naive:
    """A case as dictionaries, and what follows from decisions.

    Decisions: ``hung`` (a set of (period, store, product)), ``routes`` ({(period, centre, store, product):
    pieces}), ``transfers`` ({(period, from, to, product): pieces}) and ``returned`` ({(period, store,
    product): pieces}, none for all that is there).
    """

    def __init__(self, rows, rules, settings):
        self.rows, self.rules, self.settings = rows, rules, settings
        self.periods = range(1, settings.periods + 1)
        self.stores = {row["store"]: row for row in rows["stores"]}
        self.products = {row["product"]: row for row in rows["products"]}
        self.pairs = {(row["store"], row["product"]): row for row in rows["pairs"]}
        self.prices = {row["cost"]: row["value"] for row in rows["costs"]}
        self.lanes = {(row["centre"], row["store"]): row for row in rows["lanes"]}
        self.transfer_lanes = {(row["from_store"], row["to_store"]): row for row in rows["transfer_lanes"]}

    def alive(self, product, period):
        row = self.products[product]
        first, last = row.get("first_period") or 1, row.get("last_period") or math.inf
        return not self.rules.lifecycle or first <= period <= last

    def slots(self, store, period):
        found = {}
        for row in self.rows["slots"]:
            if row["store"] == store:
                factor = [
                    change["slots_factor"]
                    for change in self.rows["capacity"]
                    if (change["store"], change["period"]) == (store, period)
                ]
                found[row["cell"]] = math.floor(row["slots"] * factor[0]) if factor else row["slots"]
        return found

    def demand(self, store, product, period):
        def own(product):
            for row in self.rows["demand"]:
                if (row["store"], row["product"], row["period"]) == (store, product, period):
                    return row["demand"]
            return self.pairs[store, product]["demand"]

        total = own(product)
        for row in self.rows["substitution"]:
            gone = self.products[row["product"]].get("last_period") or math.inf
            fits = row["substitute"] == product and (store, row["product"]) in self.pairs
            if self.rules.lifecycle and fits and period > gone:
                total += row["rate"] * own(row["product"])
        return total

    def sales(self, store, product, period, pieces):
        mean, spread = self.demand(store, product, period), self.pairs[store, product].get("dispersion", 1.0)
        if mean <= 0:
            return 0.0
        law = stats.poisson(mean) if spread == 1 else stats.nbinom(mean / (spread - 1), 1 / spread)
        whole = math.floor(pieces)
        return sum(law.sf(n) for n in range(whole)) + (pieces - whole) * law.sf(whole)

    def orders(self, store, product, period):
        """Kinds of lock and pin that hold."""
        if not self.alive(product, period):
            return {}
        lock = self.pairs[store, product].get("lock")
        kinds = {"carry": "pinned", "forbid": "forbidden", "keep": "frozen"}
        found = {kinds[lock]: None} if lock else {}
        for pin in self.settings.pins:
            if pin.store in (None, store) and pin.product in (None, product) and pin.period in (None, period):
                found[pin.kind] = pin.pieces
        return found

    def shown(self, product):
        return self.products[product]["presentation_min"] if self.rules.presentation else 1

    def eligible(self, store, product, period):
        pair, orders = self.pairs[store, product], self.orders(store, product, period)
        if not self.alive(product, period) or "forbidden" in orders:
            return False
        if "frozen" in orders and not pair["carried_before"]:
            return False
        cell = self.products[product].get("cell") or "floor"
        if self.rules.slots and self.slots(store, period).get(cell, 0) < 1:
            return False
        return pair["max_pieces"] >= self.shown(product) or "pinned" in orders or "frozen" in orders

    def chain(self, decisions):
        """Rows of allocation, period by period."""
        rows, left, hung_before = [], {}, set()
        for key, pair in self.pairs.items():
            left[key] = float(pair["opening"])
            if pair["carried_before"]:
                hung_before.add(key)
        for period in self.periods:
            hung = {(s, p) for k, s, p in decisions["hung"] if k == period}
            moved = self._moved(decisions, period)
            needed = {key for key, pieces in left.items() if pieces > 1e-9} | hung | hung_before | set(moved)
            for store, product in sorted(needed):
                arrived, came, went, sources = moved.get((store, product), (0, 0.0, 0.0, {}))
                opening = left.get((store, product), 0.0)
                returned = decisions["returned"].get((period, store, product), 0.0)
                returned = opening if returned is None else returned
                pieces = opening + arrived + came - went - returned
                carried = (store, product) in hung
                sold = self.sales(store, product, period, pieces) if carried else 0.0
                left[store, product] = pieces - sold
                rows.append(
                    {
                        "period": period,
                        "store": store,
                        "product": product,
                        "carried": carried,
                        "pieces": pieces,
                        "opening": opening,
                        "shipped": arrived,
                        "from_centre": max(sources, key=sources.get) if sources else None,
                        "transferred": came - went,
                        "returned": returned,
                        "sales": sold,
                        "opened": carried and (store, product) not in hung_before,
                    }
                )
            hung_before = hung
        return rows

    def _moved(self, decisions, period):
        moved = defaultdict(lambda: [0, 0.0, 0.0, {}])
        for (k, centre, store, product), pieces in decisions["routes"].items():
            if k == period:
                moved[store, product][0] += pieces
                moved[store, product][3][centre] = pieces
        for (k, giver, taker, product), pieces in decisions["transfers"].items():
            if k == period:
                moved[taker, product][1] += pieces
                moved[giver, product][2] += pieces
        return {key: tuple(figures) for key, figures in moved.items()}

    def slack(self, chain):
        """``{(rule, period, store, product, group): amount}`` of what the priced rules lack."""
        found = {}
        for period in self.periods:
            hung = [row for row in chain if row["carried"] and row["period"] == period]
            for store in self.stores:
                found.update(
                    self._of_store(period, store, [r["product"] for r in hung if r["store"] == store])
                )
            found.update(self._coherence(period, hung))
            found.update(self._launches(period, hung))
        return {key: amount for key, amount in found.items() if amount > 1e-6}

    def _of_store(self, period, store, styles):
        rules = self.rules

        def of(name, value):
            return [p for p in styles if self.products[p].get(name) == value]

        able = [p for s, p in self.pairs if s == store and self.eligible(s, p, period)]
        slots = sum(self.slots(store, period).values())
        for row in self.rows["roles"]:
            have = len(of("role", row["role"]))
            could = len([p for p in able if self.products[p].get("role") == row["role"]])
            asked = math.ceil(row["min_share"] * slots - 1e-9)
            if rules.role_minimum:
                yield ("role-minimum", period, store, None, row["role"]), min(asked, could) - have
            if rules.role_maximum:
                yield (
                    ("role-maximum", period, store, None, row["role"]),
                    have - row["max_share"] * len(styles),
                )
        if rules.categories:
            could, have = ({self.products[p]["category"] for p in some} for some in (able, styles))
            yield ("categories", period, store, None, None), min(rules.categories, len(could)) - len(have)
        for band in {self.products[p].get("price_band") for p in able} - {None}:
            could = len([p for p in able if self.products[p]["price_band"] == band])
            yield (
                ("price-bands", period, store, None, band),
                min(rules.price_bands, could) - len(of("price_band", band)),
            )
        for core in rules.core_subcategories:
            could = any(self.products[p]["subcategory"] == core for p in able)
            yield ("core-subcategories", period, store, None, core), could - len(of("subcategory", core))
        if rules.corridor != "off":
            yield from self._corridor(period, store, styles)

    def _corridor(self, period, store, styles):
        for row in self.rows["manual_plan"]:
            if row["store"] == store:
                group = row.get("subcategory")
                have = len([p for p in styles if group in (None, self.products[p]["subcategory"])])
                width = max(1.0, self.rules.corridor_width * row["styles"])
                yield ("corridor", period, store, None, group), abs(have - row["styles"]) - width

    def _coherence(self, period, hung):
        if not self.rules.coherence:
            return
        clusters = defaultdict(list)
        for store, row in self.stores.items():
            slots = sum(self.slots(store, period).values())
            if row.get("cluster") and slots:
                clusters[row["cluster"]].append((store, slots, len([h for h in hung if h["store"] == store])))
        for cluster, members in clusters.items():
            if len(members) < 2:
                continue
            middle = median(slots for _, slots, _ in members)
            width = self.rules.coherence_tolerance * middle
            ends = {n / (slots / middle) - shift for _, slots, n in members for shift in (0.0, width)}

            def outside(low, members=members, middle=middle, width=width):
                return [
                    max(0.0, low * slots / middle - n, n - (low + width) * slots / middle)
                    for _, slots, n in members
                ]

            best = min((outside(max(end, 0.0)) for end in sorted(ends)), key=sum)
            for (store, _, _), amount in zip(members, best, strict=True):
                yield ("coherence", period, store, None, cluster), amount

    def _launches(self, period, hung):
        if not self.rules.launch:
            return
        for row in self.rows["launches"]:
            product = row["product"]
            if self.alive(product, period):
                stores = {h["store"] for h in hung if h["product"] == product}
                clusters = {self.stores[store].get("cluster") for store in stores} - {None}
                yield ("launch", period, None, product, "stores"), row["min_stores"] - len(stores)
                yield ("launch", period, None, product, "clusters"), row["min_clusters"] - len(clusters)

    def lines(self, decisions, chain, slack):
        """``{(component, period, store): amount}`` of the objective profit."""
        found = defaultdict(float)
        last = self.settings.periods
        for row in chain:
            product, store = self.products[row["product"]], self.stores[row["store"]]
            over = row["pieces"] - row["sales"]

            def add(component, amount, row=row):
                found[component, row["period"], row["store"]] += amount

            add("sales", store["weight"] * product["price"] * row["sales"])
            add("salvage", product["salvage"] * row["returned"])
            add("returns", -self.prices["return_per_piece"] * row["returned"])
            add("opening", -self.prices["opening_per_style"] * row["opened"])
            if row["period"] == last:
                add("salvage", store["weight"] * product["salvage"] * over)
            else:
                add("holding", -self.prices["holding_share"] * product["cost"] * over)
        for (period, centre, store, name), pieces in decisions["routes"].items():
            worth = "cost" if self.rules.stock_cost == "charged" else "salvage"
            found["goods", period, store] -= self.products[name][worth] * pieces
            found["routes", period, store] -= self.lanes[centre, store]["cost"] * pieces
        for (period, giver, taker, _), pieces in decisions["transfers"].items():
            found["transfers", period, taker] -= self.transfer_lanes[giver, taker]["cost"] * pieces
        for (rule, period, store, _, group), amount in slack.items():
            component, price, _ = self.priced(rule, group)
            found[component, period, store] -= amount * self.prices[price]
        return {key: amount for key, amount in found.items() if amount}

    def priced(self, rule, group):
        if rule == "launch":
            unit = "store" if group == "stores" else "cluster"
            return "launch", f"launch_shortfall_per_{unit}", unit
        return PRICES[rule]

    def tables(self, decisions):
        """Plan tables as rows by table."""
        chain = self.chain(decisions)
        slack = self.slack(chain)
        lines = self.lines(decisions, chain, slack)
        told = {"value": None, "reason": "by hand", "confidence": 1.0, "flags": None}
        values = self._values(decisions, chain)
        return {
            "allocation": [
                {**{k: v for k, v in row.items() if k != "opened"}, **told, "value": value}
                for row, value in zip(chain, values, strict=True)
            ],
            "routes": [
                {
                    "period": k, "sent": k - self.lanes.get((c, s), {"lead_periods": 0})["lead_periods"],
                    "centre": c, "store": s, "product": p, "pieces": n,
                }
                for (k, c, s, p), n in decisions["routes"].items()
            ],
            "transfers": [
                {"period": k, "from_store": a, "to_store": b, "product": p, "pieces": n}
                for (k, a, b, p), n in decisions["transfers"].items()
            ],
            "slack": [
                {
                    "rule": rule, "period": k, "store": store, "product": product, "group": group,
                    "amount": amount, "unit": self.priced(rule, group)[2],
                    "price": self.prices[self.priced(rule, group)[1]], "words": "missing",
                }
                for (rule, k, store, product, group), amount in slack.items()
            ],
            "costs": [
                {"component": c, "period": k, "store": s, "amount": amount}
                for (c, k, s), amount in lines.items()
            ],
        }  # fmt: skip

    def _values(self, decisions, chain):
        """What each row adds to the objective: the lines of the plan with its moves alone."""
        for row in chain:
            key = (row["period"], row["store"], row["product"])
            own = {
                "routes": {r: n for r, n in decisions["routes"].items() if (r[0], r[2], r[3]) == key},
                "transfers": {t: n for t, n in decisions["transfers"].items() if (t[0], t[2], t[3]) == key},
            }
            yield sum(self.lines(own, [row], {}).values())
