import os
import signal

import pytest

from provisor.cli.watch import Watch, WatchOfMany
from provisor.planner import Progress


def test_the_line_keeps_the_best_known_figures():
    with Watch(quiet=True) as watch:
        assert watch.line().endswith("no plan yet  starting")
        watch.on_progress(Progress(1.0, None, 90.0, "proof"))
        assert watch.line().endswith("no plan yet  bound 90  proof")
        watch.on_progress(Progress(2.0, 100.0, None, "search"))
        watch.on_progress(Progress(3.0, None, None, "whole numbers"))
        assert watch.line().endswith("plan 100  bound 90  gap 10.00%  whole numbers")


def test_a_draft_is_called_one_and_has_no_gap():
    with Watch(quiet=True) as watch:
        watch.on_progress(Progress(1.0, 100.0, 90.0, "search", draft=True))
        watch.on_progress(Progress(2.0, None, 91.0, "proof"))
        assert watch.line().endswith("draft 100  bound 91  proof")
        watch.on_progress(Progress(3.0, 101.0, None, "branch and bound"))
        assert "plan 101" in watch.line()


def test_the_first_interrupt_stops_the_second_aborts_and_the_old_handler_comes_back(capsys):
    before = signal.getsignal(signal.SIGINT)
    with Watch(quiet=True) as watch:
        os.kill(os.getpid(), signal.SIGINT)
        assert watch.stop()
        assert watch.line().endswith("stopping")
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    assert "Aborted" in capsys.readouterr().err


def test_several_solves_are_watched_as_one():
    with WatchOfMany(["rain", "snow", "wind"], quiet=True) as watch:
        watch.on_step(0, Progress(1.0, 100.0, 90.0, "search"))
        watch.on_step(1, Progress(1.0, None, 80.0, "proof"))
        assert watch.line().endswith(
            "0 of 3 done  |  rain: plan 100  bound 90  gap 10.00%  search  |  snow: no plan yet  bound 80  proof"
        )
        watch.done(0)
        watch.on_step(0, Progress(9.0, None, None, "late"))
        assert watch.line().endswith("1 of 3 done  |  snow: no plan yet  bound 80  proof")
        os.kill(os.getpid(), signal.SIGINT)
        assert watch.line().endswith("1 of 3 done  |  stopping")


def test_where_nobody_watches_a_line_is_logged_now_and_then(capsys, monkeypatch):
    monkeypatch.setattr("provisor.cli.watch.LOG_SECONDS", 0.0)
    with Watch(quiet=False) as watch:
        watch.on_progress(Progress(1.0, 100.0, None, "search"))
    assert capsys.readouterr().err.endswith("plan 100  search\n")
    with Watch(quiet=True) as watch:
        watch.on_progress(Progress(1.0, 100.0, None, "search"))
    assert capsys.readouterr().err == ""
