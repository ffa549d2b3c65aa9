"""EDA0: rules about the linting itself."""
