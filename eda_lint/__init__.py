"""eda-lint: a static linter and architecture checker for event-driven Python code bases."""

__version__ = "0.1.0"
