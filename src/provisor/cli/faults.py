"""What happens when something goes wrong that is not the user's doing."""

import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from provisor.cli.output import note, print_json


def report_fault(error: BaseException, arguments: list[str]) -> Path:
    """Write a file for a bug report, say where it is, and give it.

    The terminal sees one line; the file holds version, platform, command and traceback.
    """
    lines = [
        f"provisor {version('provisor')}, Python {platform.python_version()}, {platform.platform()}",
        f"at {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"command: provisor {' '.join(arguments)}",
        "",
        *traceback.format_exception(error),
    ]
    with tempfile.NamedTemporaryFile(
        "w", prefix="provisor-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write("\n".join(lines))
    said = (str(error).splitlines() or [""])[0][:300]
    note(f"Provisor failed: {type(error).__name__}: {said}")
    note(f"This is a fault of Provisor, not of your data. What is needed to report it is in {file.name}")
    if "--json" in arguments:
        print_json({"error": f"{type(error).__name__}: {said}", "report": file.name})
    sys.stdout.flush()
    return Path(file.name)
