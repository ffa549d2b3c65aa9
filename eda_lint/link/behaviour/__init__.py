"""What functions do to the world, in order: effects, guards, transactions."""
