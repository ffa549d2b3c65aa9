"""Rules are loaded, run, and their findings judged under the user's configuration; no rule is known by name."""
