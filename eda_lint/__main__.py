"""`python -m eda_lint` is `eda-lint`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        # Python puts the current directory first on the path, and the code base that is judged may well have a
        # `kafka.py` or a `code.py`: nothing of it may be imported.
        sys.path[:] = sys.path[1:]
    from eda_lint.cli.entry import main

    sys.exit(main())
