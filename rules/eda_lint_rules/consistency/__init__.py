"""EDA6: what a service stores and what it tells others, and how it is coupled to them."""
