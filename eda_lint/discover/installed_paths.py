"""Where the files of installed packages lie in the code base, wherever they are on disk."""

from __future__ import annotations

DIRECTORY = "<site-packages>"
"""What stands for the environment's directory. No directory of a code base is called so."""


def is_installed(path: str) -> bool:
    """Whether a file of the code base is one of an installed package."""
    return path.startswith(f"{DIRECTORY}/")
