"""EDA8: who sends to whom."""
