"""EDA9: what changed in the formats of messages."""
