"""States and solves problems: arrays with names, one file per back end, limits and progress.

The engine knows no planner and no business word.
"""
