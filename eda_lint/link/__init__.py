"""From facts and catalog to a `Project`."""
