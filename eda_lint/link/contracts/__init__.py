"""Contracts: which schemas the messages on channels are of, and which of their fields handlers read."""
