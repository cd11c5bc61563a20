"""The expansion planner: how much warehouse to build, and how to run it day by day."""
