"""The answer: typed tables of decisions, costs and figures, with certificate and audit."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.certificate import Certificate
from provisor.conflict import Conflict
from provisor.currency import MONEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.auditing import AuditReport


@dataclass(frozen=True)
class Relaxation:
    """One way in which a rule would have to give for an infeasible case to have a plan.

    Attributes:
        rule: The rule.
        amount: By how much it gives.
        unit: Unit of the amount.
        where: Its place by column, as text.
        words: The same in a sentence.
        instead: Whether it would do alone, in place of those that would have to give together.
    """

    rule: str
    amount: float
    unit: str
    where: Mapping[str, str]
    words: str
    instead: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "rule": self.rule,
            "amount": self.amount,
            "unit": self.unit,
            "where": dict(self.where),
            "words": self.words,
            "instead": self.instead,
        }


@dataclass(frozen=True)
class Plan:
    """What a planner decided. It holds tables and figures, never solver objects.

    Attributes:
        planner: Name of the planner.
        case_name: The user's name of the case.
        certificate: The proof.
        tables: Decision tables by name; empty when there is no plan.
        costs: Cost by component in the case's currency; they add up to the objective.
        kpis: Key figures by name.
        size: Size of the model that was solved: rows, columns, integers, nonzeros.
        relaxations: For an infeasible case, the smallest changes that would make it feasible.
        conflict: For an infeasible case, a few rules that cannot all hold, where one was found in time.
        warnings: What the user should know, in words.
        audit: Summary of the audit, as :meth:`AuditReport.as_dict` gives it.
        currency: The case's currency, as it is written after amounts.
        inputs: What is kept of the case, as :attr:`Case.inputs` gives it; empty in plans of earlier versions.
    """

    planner: str
    case_name: str
    certificate: Certificate
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)
    kpis: Mapping[str, float] = field(default_factory=dict)
    size: Mapping[str, int] = field(default_factory=dict)
    relaxations: Sequence[Relaxation] = ()
    warnings: Sequence[str] = ()
    audit: Mapping[str, Any] = field(default_factory=dict)
    currency: str = MONEY
    conflict: Conflict | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        """Table by name.

        Raises:
            KeyError: There is no such table; the message lists those there are.
        """
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are {', '.join(sorted(self.tables))}")
        return self.tables[name]

    def with_audit(self, report: AuditReport) -> Plan:
        """The same plan with the summary of its audit."""
        return replace(self, audit=report.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """The document that ``plan.json`` holds and ``--json`` prints."""
        certificate = self.certificate.as_dict()
        fingerprint = certificate.pop("case_fingerprint")
        return {
            "planner": self.planner,
            "case": {"name": self.case_name, "fingerprint": fingerprint, **self.inputs},
            "currency": self.currency,
            "certificate": certificate,
            "size": dict(self.size),
            "costs": dict(self.costs),
            "kpis": dict(self.kpis),
            "audit": dict(self.audit),
            "relaxations": [relaxation.as_dict() for relaxation in self.relaxations],
            "conflict": None if self.conflict is None else self.conflict.as_dict(),
            "warnings": list(self.warnings),
            "tables": {name: f"{name}.parquet" for name in self.tables},
        }

    def save(self, folder: Path) -> None:
        """Write ``plan.json`` and one Parquet file per table into ``folder``, all or nothing.

        The plan is written beside the folder first and moved into place in one step, so that neither a crash
        nor a full disk leaves half a plan.

        Raises:
            FileExistsError: ``folder`` holds something other than a plan.
        """
        folder = folder.resolve()
        if folder.exists() and any(folder.iterdir()) and not (folder / "plan.json").is_file():
            raise FileExistsError(f"{folder} is not empty and holds no plan; choose another folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            self._write(fresh)
            _swap(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _write(self, folder: Path) -> None:
        for name, table in self.tables.items():
            table.write_parquet(folder / f"{name}.parquet")
        text = json.dumps(self.as_dict(), indent=1, default=str)
        (folder / "plan.json").write_text(text + "\n", encoding="utf-8")
        folder.chmod(0o755)

    @classmethod
    def load(cls, folder: Path) -> Plan:
        """Read a plan that :meth:`save` wrote.

        Raises:
            FileNotFoundError: There is no ``plan.json`` in ``folder``.
        """
        document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        certificate = {**document["certificate"], "case_fingerprint": document["case"]["fingerprint"]}
        conflict, case = document.get("conflict"), document["case"]
        return cls(
            planner=document["planner"],
            case_name=case["name"],
            certificate=Certificate.from_dict(certificate),
            tables={name: pl.read_parquet(folder / file) for name, file in document["tables"].items()},
            costs=document["costs"],
            kpis=document["kpis"],
            size=document["size"],
            relaxations=[Relaxation(**relaxation) for relaxation in document["relaxations"]],
            warnings=document["warnings"],
            audit=document["audit"],
            currency=document.get("currency", MONEY),
            conflict=None if conflict is None else Conflict.from_dict(conflict),
            inputs={key: value for key, value in case.items() if key not in ("name", "fingerprint")},
        )


def _swap(fresh: Path, folder: Path) -> None:
    """Put ``fresh`` in the place of ``folder``; an old plan goes only when the new one stands."""
    if not folder.exists():
        fresh.replace(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.replace(old / "plan")
    fresh.replace(folder)
    shutil.rmtree(old)
