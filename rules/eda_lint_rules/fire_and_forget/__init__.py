"""Rules about what an event is: a fact that its publisher lets go of, addressed to nobody."""
