"""Which files there are, what they are called and what they are for: files, git and services, no Python syntax."""

from eda_lint.discover.files import Role, Roles, document_format, is_python
from eda_lint.discover.git import Staged, staged_paths
from eda_lint.discover.importers import find_importers
from eda_lint.discover.modules import SourceRoots
from eda_lint.discover.screen import Screen
from eda_lint.discover.services import Services, find_services
from eda_lint.discover.survey import survey
from eda_lint.discover.tree import GitTree, Tree, WorkTree

__all__ = [
    "GitTree",
    "Role",
    "Roles",
    "Screen",
    "Services",
    "SourceRoots",
    "Staged",
    "Tree",
    "WorkTree",
    "document_format",
    "find_importers",
    "find_services",
    "is_python",
    "staged_paths",
    "survey",
]
