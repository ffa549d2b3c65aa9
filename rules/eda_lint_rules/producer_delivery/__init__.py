"""EDA5: whether the sender learns that its message arrived."""
