"""EDA4: when a message is said to be handled."""
