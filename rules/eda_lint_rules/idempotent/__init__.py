"""EDA3: what happens when a message is handled twice."""
