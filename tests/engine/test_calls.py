"""Calls in processes of their own: values, steps, errors, stops, and processes that die."""

import os
import time

import pytest

from provisor.engine.calls import Calling, called_side_by_side
from provisor.engine.result import SolverError


def square(number, tell, stop):
    tell(f"squaring {number}")
    return number * number, os.getpid()


def refuse(number, tell, stop):
    raise ValueError(f"{number} is refused")


def until_stopped(number, tell, stop):
    tell("begun")
    while not stop():
        time.sleep(0.01)
    return -number, os.getpid()


def die(number, tell, stop):
    os._exit(3)


def unpicklable(number, tell, stop):
    return lambda: number


def all_of(function, count, steps=None, stop=lambda: False):
    """Values by number of call, two at once; ``steps`` takes in what they tell."""
    told = [] if steps is None else steps
    calls = [(number,) for number in range(count)]
    return dict(called_side_by_side(function, calls, 2, lambda *step: told.append(step), stop))


def test_values_and_steps_belong_to_their_calls():
    steps = []
    found = all_of(square, 5, steps)
    assert {number: value for number, (value, _) in found.items()} == {n: n * n for n in range(5)}
    assert sorted(steps) == [(n, f"squaring {n}") for n in range(5)]
    processes = {process for _, process in found.values()}
    assert os.getpid() not in processes
    assert len(processes) <= 2


@pytest.mark.parametrize(("function", "error"), [(refuse, ValueError), (die, SolverError)])
def test_what_goes_wrong_is_raised_here(function, error):
    with pytest.raises(error):
        all_of(function, 2)


def test_what_is_raised_says_where():
    with pytest.raises(ValueError, match="0 is refused") as caught:
        all_of(refuse, 1)
    assert "in refuse" in caught.value.__notes__[0]


def test_what_cannot_be_sent_back_is_told():
    with pytest.raises(Exception, match="pickle"):
        all_of(unpicklable, 1)


def test_those_under_way_end_when_told_to_and_no_others_begin():
    begun = []
    found = all_of(until_stopped, 5, begun, stop=lambda: len(begun) >= 2)
    assert {number: value for number, (value, _) in found.items()} == {0: 0, 1: -1}


def test_others_are_ended_when_one_fails():
    calling = Calling(until_stopped, (1,), print)
    calling.kill()
    with pytest.raises(SolverError):
        calling.result()
