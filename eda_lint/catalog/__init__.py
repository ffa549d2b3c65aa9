"""Clients and effects as data: `clients/*.toml`, `effects/*.toml`, and their loader. No code about brokers."""
