"""``python -m provisor`` is the command ``provisor``."""

from provisor.cli.main import main

if __name__ == "__main__":
    main()
