"""Why a case has no plan: a few rules that cannot all hold, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Claim:
    """What a rule asks for at a place, as part of a conflict.

    Attributes:
        rule: The rule.
        amount: What it asks for or allows, summed up over its places; none where that is no amount.
        unit: Unit of the amount.
        where: Its place by column, as text; what differs between its places is left out.
        places: How many places it speaks of, such as days.
        words: The same in a sentence.
    """

    rule: str
    amount: float | None
    unit: str
    where: Mapping[str, str]
    places: int
    words: str

    @classmethod
    def of(
        cls,
        rule: str,
        says: str,
        amounts: Sequence[float] | None,
        unit: str,
        where: Mapping[str, str],
        places: int = 1,
    ) -> Claim:
        """A claim whose sentence is ``says``, with ``{amount}`` in it where there are amounts, and its places.

        >>> Claim.of("hours", "no more than {amount} h are worked", [8.0, 8.0], "h", {"node": "P"}, 2).words
        'no more than 16 h are worked (node P; 2 places together)'
        """
        total = None if amounts is None else float(sum(amounts))
        said = (
            says if total is None else says.format(amount=f"{total:,.6g}" if total < 1e5 else f"{total:,.0f}")
        )
        place = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in where.items() if value)
        more = f"{places:,} places together" if places > 1 else ""
        told = "; ".join(part for part in (place, more) if part)
        return cls(rule, total, unit, dict(where), places, f"{said} ({told})" if told else said)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "rule": self.rule,
            "amount": self.amount,
            "unit": self.unit,
            "where": dict(self.where),
            "places": self.places,
            "words": self.words,
        }


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot all hold with the rest of the case as it is.

    Attributes:
        claims: What they ask for.
        irreducible: Whether it is proven that all the others can hold once any one of them is left out.
    """

    claims: tuple[Claim, ...]
    irreducible: bool

    @property
    def words(self) -> list[str]:
        """The conflict in sentences."""
        if len(self.claims) == 1:
            return [f"This cannot hold, whatever else gives way: {self.claims[0].words}."]
        needed = (
            "each of them is needed for that" if self.irreducible else "perhaps not each is needed for that"
        )
        first = f"These {len(self.claims)} cannot all hold; {needed}:"
        return [first, *(f"  {claim.words}" for claim in self.claims)]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "irreducible": self.irreducible,
            "rules": [claim.as_dict() for claim in self.claims],
            "words": self.words,
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Conflict:
        """The conflict that :meth:`as_dict` gave."""
        return cls(tuple(Claim(**rule) for rule in document["rules"]), document["irreducible"])
