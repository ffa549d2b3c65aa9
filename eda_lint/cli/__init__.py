"""The command line: one file per verb. The only package that talks to the terminal."""
