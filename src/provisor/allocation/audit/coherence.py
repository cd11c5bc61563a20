"""Rule ``coherence``: stores of a cluster carry alike many styles, in proportion to their slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from provisor.allocation.audit.evidence import Evidence, rule
from provisor.allocation.audit.excess import mispriced, nothing
from provisor.auditing import TOLERANCE, Checked, Finding

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

_RULE = "coherence"


def _members(evidence: Evidence) -> pl.DataFrame:
    """Stores of clusters by period: ``styles``, ``share`` (slots over the cluster's median), ``width``."""
    clusters = evidence.table("stores").select("store", "cluster").drop_nulls("cluster")
    styles = evidence.hung.group_by("period", "store").agg(pl.len().cast(pl.Float64).alias("styles"))
    slots = evidence.store_slots.filter(pl.col("slots") > 0).join(clusters, on="store")
    every = slots.join(styles, on=["period", "store"], how="left")
    every = every.with_columns(pl.col("styles").fill_null(0.0))
    median = pl.col("slots").median().over("period", "cluster")
    several = pl.len().over("period", "cluster") > 1
    return every.filter(several).with_columns(
        share=pl.col("slots") / median, width=evidence.rules.coherence_tolerance * median
    )


def outside(styles: Numbers, share: Numbers, width: float, low: Numbers) -> Numbers:
    """Styles outside the band from ``low x share`` to ``(low + width) x share``, rows ``low``, columns stores."""
    below = low[:, None] * share - styles
    above = styles - (low[:, None] + width) * share
    slack: Numbers = np.maximum(np.maximum(below, above), 0.0)
    return slack


def least_outside(styles: Numbers, share: Numbers, width: float) -> Numbers:
    """Slack of each store where the band lies best: the sum is convex and bends only at these ends."""
    level = styles / share
    lows = np.maximum(np.unique(np.concatenate([level, level - width])), 0.0)
    slack = outside(styles, share, width, lows)
    best: Numbers = slack[slack.sum(axis=1).argmin()]
    return best


def outside_bands(evidence: Evidence) -> pl.DataFrame:
    """Slack of every store outside its cluster's band, the band where the sum is least."""
    if not evidence.rules.coherence:
        return nothing()
    parts = [nothing()]
    for (period, cluster), part in evidence.once(_members).group_by("period", "cluster"):
        styles, share = part["styles"].to_numpy(), part["share"].to_numpy()
        slack = least_outside(styles, share, float(part["width"][0]))
        parts.append(
            part.select(
                period=pl.lit(period, dtype=pl.Int64),
                store="store",
                product=pl.lit(None, dtype=pl.String),
                group=pl.lit(cluster, dtype=pl.String),
                amount=pl.Series(slack),
            ).filter(pl.col("amount") > TOLERANCE)
        )
    return pl.concat(parts)


@rule(_RULE, "stores of a cluster are in one band of styles per slot, or outside it at a price")
def coherence(evidence: Evidence) -> Checked:
    """The plan's slacks by cluster: a band fits them, and they add up to no more than they must."""
    if not evidence.rules.coherence:
        return Checked(0)
    members = evidence.once(_members)
    if "slack" not in evidence.given:
        return Checked(members.height)
    said = evidence["slack"].filter(pl.col("rule") == _RULE)
    stated = members.join(
        said.select("period", "store", group="group", said="amount"),
        left_on=["period", "store", "cluster"],
        right_on=["period", "store", "group"],
        how="left",
    ).with_columns(pl.col("said").fill_null(0.0))
    findings = [
        finding
        for (period, cluster), part in stated.group_by("period", "cluster", maintain_order=True)
        for finding in _of_cluster(f"{period}", f"{cluster}", part)
    ]
    findings += [
        _finding(str(period), str(cluster), amount, f"{store} is in no band of this cluster")
        for period, store, cluster, amount in _strays(said, members).iter_rows()
    ]
    findings += mispriced(evidence, _RULE, "style", "coherence_per_style")
    return Checked(members.height, findings)


def _strays(said: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Slack of stores that no band of the named cluster is for."""
    place = ["period", "store", "group"]
    known = members.select("period", "store", group="cluster")
    return said.select(*place, "amount").join(known, on=place, how="anti", nulls_equal=True)


def _of_cluster(period: str, cluster: str, part: pl.DataFrame) -> list[Finding]:
    styles, share, said = (part[name].to_numpy() for name in ("styles", "share", "said"))
    width = float(part["width"][0])
    room = TOLERANCE * len(styles)
    lowest, highest = ((styles - said) / share).max() - width, ((styles + said) / share).min()
    least = float(least_outside(styles, share, width).sum())
    if lowest > highest + TOLERANCE:
        words = f"slack says {said.sum():g} styles are outside the band; no band fits, {least:g} are"
        return [_finding(period, cluster, least - float(said.sum()), words)]
    if abs(said.sum() - least) > room:
        words = f"slack says {said.sum():g} styles are outside the band; where it lies best, {least:g} are"
        return [_finding(period, cluster, float(said.sum()) - least, words)]
    return []


def _finding(period: str, cluster: str, amount: float, words: str) -> Finding:
    where = {"period": period, "group": cluster}
    return Finding(_RULE, where, abs(amount), "style", f"Period {period}, cluster {cluster}: {words}")
