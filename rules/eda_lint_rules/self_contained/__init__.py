"""EDA2: what an event carries, so that its readers need nobody else."""
