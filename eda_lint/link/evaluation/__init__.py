"""What values are, without running them: knowns, activations, and the questions asked forwards and backwards."""
