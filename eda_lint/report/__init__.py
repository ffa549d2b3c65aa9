"""Findings and graphs as text: one file per format, pure functions of an `Outcome` or a `Project`."""
