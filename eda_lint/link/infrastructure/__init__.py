"""What infrastructure as code says of channels: what they are called, which functions they feed, and under which
variables programs know them. Files are read as data; no syntax of Python and no catalog is known here."""
