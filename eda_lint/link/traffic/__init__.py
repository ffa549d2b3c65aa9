"""From catalogued calls to operations: who sends and receives what, where, and through which wrappers."""
