"""EDA7: queues, of which one reader gets each message, and streams and topics, of which everybody does."""
