"""Why is something in a plan, why is it not, and what is the cause of what is short or left empty."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisor.case import BadRequest
from provisor.explaining import Question
from provisor.questions.asked import explanations_of
from provisor.questions.what_if import WhatIf, what_if
from provisor.scenario import Scenario
from provisor.tables.document import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisor.case import Case
    from provisor.explaining import Cause, QuestionKind
    from provisor.plan import Plan
    from provisor.planner import SolveOptions


@dataclass(frozen=True)
class Price:
    """What it costs, or keeps from being earned, to have it otherwise; never below zero.

    Attributes:
        amount: Difference between the two plans.
        least: It is proven to be no less than this.
        most: It is proven to be no more than this; none where a bound is missing.
    """

    amount: float
    least: float
    most: float | None

    @classmethod
    def of(cls, base: Plan, forced: Plan) -> Price:
        """Price of a plan that was forced to something, against the plan of the same case without.

        A forced plan is a plan of the case too, so where it is the better one the price is nothing.
        """
        a, b = base.certificate, forced.certificate
        sign = 1.0 if a.sense == "min" else -1.0
        if a.objective is None or b.objective is None:
            raise BadRequest("there is no price without two plans")
        better = min(sign * a.objective, sign * b.objective)
        amount = sign * b.objective - better
        least = 0.0 if b.bound is None else max(0.0, sign * b.bound - better)
        most = None if a.bound is None else max(0.0, sign * b.objective - sign * a.bound)
        return cls(amount, min(least, amount), most)


@dataclass(frozen=True)
class Answer:
    """The answer to a question about a plan: causes, or a plan forced to have it otherwise.

    Attributes:
        question: What was asked.
        causes: Causes, the weightiest first; empty for a decision.
        otherwise: The plan forced to have it otherwise, compared; none for causes.
        price: What that costs; none where there is no such plan.
    """

    question: Question
    causes: tuple[Cause, ...] = ()
    otherwise: WhatIf | None = None
    price: Price | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        from provisor.questions.words import answer_words  # noqa: PLC0415 - words speak of answers

        return {
            "question": str(self.question),
            "price": None if self.price is None else dict(self.price.__dict__),
            "causes": [cause.as_dict() for cause in self.causes],
            "otherwise": None if self.otherwise is None else self.otherwise.as_dict(),
            "words": answer_words(self),
        }


def parse_question(text: str, kinds: Sequence[QuestionKind]) -> Question:
    """A question of its words, such as ``why not product=P12 store=S3``; the first ``why`` may be left out.

    Args:
        text: The words.
        kinds: What the planner can be asked.

    Raises:
        BadRequest: Words or keys are none of those known; the message says all of it.
    """
    words = shlex.split(text)
    words = words[1:] if words[:1] == ["why"] else words
    negated = words[:1] == ["not"]
    words = words[1:] if negated else words
    subject = words.pop(0) if words and "=" not in words[0] else ""
    kind = next((kind for kind in kinds if kind.subject == subject), None)
    known = [kind.subject for kind in kinds if kind.subject]
    if kind is None or (negated and subject):
        hint = nearest(subject, known) or f"ask for {', '.join(known)}, or for a decision by KEY=VALUE"
        raise BadRequest(f"cannot be asked: why {'not ' if negated else ''}{subject}; {hint}")
    pairs = [word.partition("=") for word in words]
    wrong = [f"expected KEY=VALUE, not {key}{equals}" for key, equals, value in pairs if not (key and value)]
    wrong += [
        f"there is no key {key}; {nearest(key, kind.keys) or 'known: ' + ', '.join(kind.keys)}"
        for key, equals, _ in pairs
        if key and equals and key not in kind.keys
    ]
    if not pairs and not subject:
        wrong.append(f"a question names a decision, such as: {kind.example}")
    if wrong:
        raise BadRequest("\n".join(wrong))
    return Question(negated, subject, {key: value for key, _, value in pairs})


def why(case: Case, plan: Plan, question: Question, options: SolveOptions) -> Answer:
    """Answer a question about a plan of a case.

    Args:
        case: The case.
        plan: A plan of it.
        question: What is asked.
        options: Limits of the solve that a forced or forbidden decision takes.

    Raises:
        BadRequest: The question names nothing that is in the case or the plan.
    """
    asked = explanations_of(case.planner)
    if question.subject:
        return Answer(question, causes=tuple(asked.causes(case, plan, question)))
    scenario = Scenario("asked", tuple(asked.forced(case, plan, question)), str(question))
    otherwise = what_if(case, scenario, plan, options)
    price = Price.of(plan, otherwise.plan) if otherwise.plan.tables else None
    return Answer(question, otherwise=otherwise, price=price)
