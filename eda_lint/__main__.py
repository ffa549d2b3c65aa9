"""`python -m eda_lint` is `eda-lint`."""

from __future__ import annotations

import sys

from eda_lint.cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
