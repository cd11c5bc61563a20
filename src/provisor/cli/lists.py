"""``provisor rules``, ``solvers`` and ``planners``: what there is to choose from."""

from provisor.cli.inputs import JsonOption, PlannerArgument, planner_called
from provisor.cli.output import print_json, print_table


def rules(planner: PlannerArgument, as_json: JsonOption = False) -> None:
    """List the switches of a planner: default and meaning."""
    infos = planner_called(planner, as_json=as_json).rules()
    if as_json:
        keys = ("id", "switch", "default", "meaning")
        print_json([{key: getattr(info, key) for key in keys} for info in infos])
        return
    print_table(("switch", "default", "meaning"), [(i.switch, i.default, i.meaning) for i in infos])


def solvers(as_json: JsonOption = False) -> None:
    """List the solvers: found or not, version, what they can do, how to get them."""
    from dataclasses import asdict

    from provisor.engine.catalogue import solvers as known

    rows = known()
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("solver", "found", "version", "can", "how to get it"),
        [
            (
                row.name,
                "yes" if row.found else "no",
                row.version,
                ", ".join(row.capabilities),
                row.how_to_get,
            )
            for row in rows
        ],
    )


def planners(as_json: JsonOption = False) -> None:
    """List the planners that are installed."""
    from provisor.planner import planners as installed

    found = installed()
    if as_json:
        print_json([{"name": name, "title": known.title} for name, known in found.items()])
        return
    print_table(("planner", "what it does"), [(name, known.title) for name, known in found.items()])
