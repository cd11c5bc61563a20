"""The best plan of a tiny world, found by trying all: it shares nothing with the model.

A world of one plant, at most one shop reached over one leg (with one truck or without), and some products. Every
amount is counted in cases; mixes, demand and lots must be whole cases, so that some best plan is whole cases
throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import product as combinations
from math import ceil, floor, inf

Batches = tuple[tuple[int, int], ...]
"""Last day alive and cases of each batch, in order."""


@dataclass(frozen=True)
class Move:
    """What becomes of one product on one day; cases by last day alive."""

    mixes: int
    shipped: Batches = ()
    sold: Batches = ()
    sold_at_shop: Batches = ()
    thrown: Batches = ()
    thrown_at_shop: Batches = ()


@dataclass
class Brute:
    """Tries every plan of a world; see the module."""

    world: object
    best_moves: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows, self.costs = self.world.rows, self.world.costs
        self.rules = {"end": "value", "starts": "transition", "loading": "business", **self.world.rules}
        self.days = self.world.days
        self.products = rows["products"]
        self.plant = next(row for row in rows["nodes"] if row["can_make"])
        self.shop = next((row["node"] for row in rows["nodes"] if not row["can_make"]), None)
        self.leg = rows["legs"][0] if rows["legs"] else None
        self.truck = rows["trucks"][0] if rows["trucks"] else None
        self.hour = int(self.truck["departure_time"][:2]) if self.truck else None
        transit = self.leg["transit_days"] if self.leg else 0
        self.offset = floor(transit + (self.hour / 24 if self.truck else 0))
        self.demand = {
            (row["node"], row["product"], (row["date"] - self.world.start).days): self._cases(
                row, row["units"]
            )
            for row in rows["demand"]
        }
        self.calendar = {(row["date"] - self.world.start).days: row for row in rows["calendar"]}
        self.most_credit = self.costs["production_per_unit"] * sum(
            (self._cover(node, row) * 2) * row["units_per_case"]
            for row in self.products
            for node in (self.plant["node"], self.shop)
        )
        self.cost_from = cache(self._cost_from)

    def _product(self, code: str) -> dict:
        return next(row for row in self.products if row["product"] == code)

    def _cases(self, row: dict, units: float) -> int:
        cases = units / self._product(row["product"])["units_per_case"]
        assert cases == int(cases), "a brute search counts in cases"
        return int(cases)

    def solve(self) -> tuple[float, list[tuple[Move, ...]]]:
        """Least cost, and the moves of a plan of that cost by day and product."""
        state = tuple(
            (self._lots(row["product"], self.plant["node"]), self._lots(row["product"], self.shop), (), False)
            for row in self.products
        )
        cost = self.cost_from(0, state)
        moves = []
        for t in range(self.days):
            chosen, state = self.best_moves[t, state]
            moves.append(chosen)
        return cost, moves

    def _lots(self, product: str, node: str | None) -> Batches:
        lots: dict[int, int] = {}
        for row in self.world.rows["stock"]:
            if (row["product"], row["node"]) == (product, node):
                day = (row["expires"] - self.world.start).days
                lots[day] = lots.get(day, 0) + self._cases(row, row["units"])
        return tuple(sorted(lots.items()))

    def _cost_from(self, t: int, state: tuple) -> float:
        if t == self.days:
            return sum(self._ending(row, goods) for row, goods in zip(self.products, state, strict=True))
        least = inf
        for mixes in combinations(*(range(self._most_mixes(t, row) + 1) for row in self.products)):
            line = self._line(t, mixes, state)
            if line is None:
                continue
            for total, moves, after in self._days(t, mixes, state, 0, 0, 0):
                cost = line + total
                if cost - self.most_credit < least:
                    cost += self.cost_from(t + 1, after)
                if cost < least - 1e-9:
                    least = cost
                    self.best_moves[t, state] = moves, after
        return least

    def _most_mixes(self, t: int, row: dict) -> int:
        if t not in self.calendar:
            return 0
        size = row["units_per_mix"]
        asked = sum(cases for (_, product, _), cases in self.demand.items() if product == row["product"])
        return min(
            int(self._limit(t) * self.plant["rate_units_per_hour"] / size),
            ceil(asked * row["units_per_case"] / size),
        )

    def _limit(self, t: int) -> float:
        day = self.calendar[t]
        return day["fixed_hours"] + day["overtime_hours"] if day["is_fixed_day"] else 24.0

    def _line(self, t: int, mixes: tuple[int, ...], state: tuple) -> float | None:
        """Cost of the line's day: making, labour, starts; none if the day is too short."""
        made = [i for i, number in enumerate(mixes) if number]
        if not made:
            return 0.0
        units = sum(number * row["units_per_mix"] for number, row in zip(mixes, self.products, strict=True))
        hours = units / self.plant["rate_units_per_hour"] + self.plant["startup_hours"]
        hours += self.plant["shutdown_hours"] + (len(made) - 1) * self.plant["changeover_hours"]
        if hours > self._limit(t) + 1e-9:
            return None
        begun = sum(1 for i in made if self.rules["starts"] == "daily" or not state[i][3])
        waste = self.costs["start_waste_units"] * self.costs["production_per_unit"]
        cost = units * self.costs["production_per_unit"] + begun * (self.costs["start_cost"] + waste)
        return cost + self._wages(self.calendar[t], hours)

    @staticmethod
    def _wages(day: dict, hours: float) -> float:
        if not day["is_fixed_day"]:
            return max(hours, day["minimum_hours"]) * day["premium_rate"]
        over = max(0.0, hours - day["fixed_hours"])
        return (hours - over) * day["regular_rate"] + over * day["overtime_rate"]

    def _days(self, t: int, mixes: tuple[int, ...], state: tuple, i: int, pallets: int, fresh: float):
        """All ways to use the goods of products ``i`` and after on a day: cost, moves, state of tomorrow."""
        if i == len(self.products):
            departure = self.truck["cost_fixed"] if self.truck and pallets else 0.0
            yield departure, (), ()
            return
        for cost, move, after, load, of_today in self._day(t, mixes[i], self.products[i], state[i]):
            if self.truck and pallets + load > self.truck["pallets"]:
                continue
            if self.truck and fresh + of_today > self._made_by_departure() + 1e-9:
                continue
            for more, moves, afters in self._days(t, mixes, state, i + 1, pallets + load, fresh + of_today):
                yield cost + more, (move, *moves), (after, *afters)

    def _made_by_departure(self) -> float:
        """Units of the day that the truck may carry, all products together."""
        if self.rules["loading"] != "business":
            return inf if self.rules["loading"] == "same_day" else 0.0
        if self.hour < 12:
            return 0.0
        begins = int(self.rules.get("shift_start", "04:00")[:2])
        return self.plant["rate_units_per_hour"] * max(0.0, self.hour - begins - self.plant["startup_hours"])

    def _day(self, t: int, mixes: int, row: dict, goods: tuple):
        plant, shop, road, _ = goods
        size = row["units_per_case"]
        born = t + row["shelf_life_ambient_days"]
        there = dict(plant)
        made = int(mixes * row["units_per_mix"] / size)
        if made:
            there[born] = there.get(born, 0) + made
        arrived = dict(shop)
        for day, expires, cases in road:
            if day == t:
                arrived[expires] = arrived.get(expires, 0) + cases
        runs = self.leg is not None and (not self.truck or self._runs(t))
        wanted = self.demand.get((self.plant["node"], row["product"], t), 0)
        splits = self._splits(t, row, there, wanted, ship=runs)
        for shipped, sold, thrown, kept in splits:
            units = sum(cases for _, cases in shipped) * size
            fresh = max(0, dict(shipped).get(born, 0) - dict(plant).get(born, 0)) * size
            cost = units * self._freight() + self._kept_cost(row, kept)
            cost += self._short_and_waste(row, wanted, sold, thrown)
            at_shop = dict(arrived)
            later = [entry for entry in road if entry[0] > t]
            for expires, cases in shipped:
                if self.offset == 0:
                    at_shop[expires] = at_shop.get(expires, 0) + cases
                else:
                    later.append((t + self.offset, expires, cases))
            asked = self.demand.get((self.shop, row["product"], t), 0)
            for _, bought, wasted, left in self._splits(t, row, at_shop, asked, ship=False):
                total = cost + self._kept_cost(row, left) + self._short_and_waste(row, asked, bought, wasted)
                move = Move(mixes, shipped, sold, bought, thrown, wasted)
                after = kept, left, tuple(sorted(later)), mixes > 0
                yield total, move, after, ceil(units / row["units_per_pallet"]), fresh

    def _runs(self, t: int) -> bool:
        weekdays = self.truck["weekdays"]
        return not weekdays or self.world.day(t).isoweekday() in weekdays

    def _freight(self) -> float:
        return (
            self.leg["cost_per_unit"] + (self.truck["cost_per_unit"] if self.truck else 0.0)
            if self.leg
            else 0.0
        )

    def _kept_cost(self, row: dict, kept: Batches) -> float:
        units = sum(cases for _, cases in kept) * row["units_per_case"]
        return units * self.costs["storage_per_unit_day_ambient"]

    def _short_and_waste(self, row: dict, wanted: int, sold: Batches, thrown: Batches) -> float:
        short = wanted - sum(cases for _, cases in sold)
        waste = self.costs["waste_multiplier"] * self.costs["production_per_unit"]
        wasted = sum(cases for _, cases in thrown) * waste
        return (short * self.costs["shortage_per_unit"] + wasted) * row["units_per_case"]

    def _splits(self, t: int, row: dict, there: dict[int, int], wanted: int, *, ship: bool):
        """All ways to split batches into shipped, sold, thrown away and kept."""
        choices = []
        for expires, cases in sorted(there.items()):
            fresh, alive = expires - t >= row["min_days_at_sale"], expires >= t
            options = [
                (expires, s, b, d, cases - s - b - d)
                for s in range(cases + 1 if ship and alive else 1)
                for b in range(min(cases - s, wanted) + 1 if fresh else 1)
                for d in self._thrown(cases - s - b, alive=alive)
            ]
            choices.append(options)
        for chosen in combinations(*choices):
            if sum(entry[2] for entry in chosen) <= wanted:
                yield tuple(tuple((entry[0], entry[i]) for entry in chosen if entry[i]) for i in (1, 2, 3, 4))

    def _thrown(self, rest: int, *, alive: bool) -> range:
        """Cases of a rest to throw away: dead ones must be, others only where keeping them costs something."""
        if not alive:
            return range(rest, rest + 1)
        return range(rest + 1 if self.costs["storage_per_unit_day_ambient"] else 1)

    def _ending(self, row: dict, goods: tuple) -> float:
        plant, shop, road, _ = goods
        here = [(self.days, expires, cases) for expires, cases in plant]
        there = [(self.days, expires, cases) for expires, cases in shop] + list(road)
        at_shop, at_plant = self._cover(self.shop, row), self._cover(self.plant["node"], row)
        return self._left(row, here, at_plant + at_shop) + self._left(row, there, at_shop)

    def _cover(self, node: str | None, row: dict) -> int:
        days = range(self.days, self.days + 7)
        return sum(self.demand.get((node, row["product"], t), 0) for t in days)

    def _left(self, row: dict, goods: list[tuple[int, int, int]], cover: int) -> float:
        if self.rules["end"] == "free":
            return 0.0
        left = sum(cases for _, _, cases in goods)
        usable = sum(cases for day, expires, cases in goods if expires - day >= row["min_days_at_sale"])
        credited = min(usable, cover) if self.rules["end"] == "value" else 0
        price = self.costs["production_per_unit"]
        waste = (left - credited) * self.costs["waste_multiplier"]
        return (waste - credited) * price * row["units_per_case"]

    def tables(self, moves: list[tuple[Move, ...]]) -> dict[str, list[dict]]:
        """Rows of the plan's tables by name; derived figures are left out."""
        rows: dict[str, list[dict]] = {}
        for i, row in enumerate(self.products):
            plant = dict(self._lots(row["product"], self.plant["node"]))
            shop = dict(self._lots(row["product"], self.shop))
            road: list[tuple[int, int, int]] = []
            for t in range(self.days):
                self._play(rows, row, t, moves[t][i], (plant, shop, road))
        return rows

    def _play(self, rows: dict, row: dict, t: int, move: Move, goods: tuple) -> None:
        """Follow one product through one day and note its rows."""
        plant, shop, road = goods
        home = self.plant["node"]
        if move.mixes:
            born = t + row["shelf_life_ambient_days"]
            cases = int(move.mixes * row["units_per_mix"] / row["units_per_case"])
            plant[born] = plant.get(born, 0) + cases
            self._note(rows, "production", t, row, home, (born, cases), mixes=move.mixes)
        for expires, cases in move.shipped:
            plant[expires] -= cases
            road.append((t + self.offset, expires, cases))
            way = {
                "truck": self.truck["truck"] if self.truck else None,
                "leg": self.leg["leg"],
                "origin": home,
            }
            arrival = self.world.day(t + self.offset)
            self._note(
                rows, "departures", t, row, home, (expires, cases), stop=self.shop, arrival=arrival, **way
            )
        for _, expires, cases in [entry for entry in road if entry[0] == t]:
            shop[expires] = shop.get(expires, 0) + cases
        self._sell(rows, t, row, home, plant, move.sold, move.thrown)
        self._sell(rows, t, row, self.shop, shop, move.sold_at_shop, move.thrown_at_shop)

    def _sell(self, rows, t, row, node, stock, sold, thrown) -> None:
        for table, gone in (("sales", sold), ("disposal", thrown)):
            for expires, cases in gone:
                stock[expires] -= cases
                self._note(rows, table, t, row, node, (expires, cases))
        short = self.demand.get((node, row["product"], t), 0) - sum(cases for _, cases in sold)
        if short:
            where = {"date": self.world.day(t), "node": node, "product": row["product"]}
            rows.setdefault("shortage", []).append({**where, "units": short * row["units_per_case"]})
        for expires, cases in stock.items():
            if cases:
                self._note(rows, "stock", t, row, node, (expires, cases))

    def _note(self, rows, table, t, row, node, goods, **more) -> None:
        where = {} if table == "departures" else {"node": node}
        batch = {"state": "ambient", "batch": self._batch(row, goods[0], node)}
        units = goods[1] * row["units_per_case"]
        line = {
            "date": self.world.day(t),
            "product": row["product"],
            "units": units,
            **where,
            **batch,
            **more,
        }
        rows.setdefault(table, []).append(line)

    def _batch(self, row: dict, expires: int, node: str) -> str:
        """Name of the batch with a last day alive: an opening lot, or made at the plant."""
        for lot in self.world.rows["stock"]:
            if (lot["product"], lot["node"], lot["expires"]) == (
                row["product"],
                node,
                self.world.day(expires),
            ):
                return str(lot["batch"])
        made = self.world.day(expires - row["shelf_life_ambient_days"])
        return f"{self.plant['node']}/{row['product']}/{made}"
