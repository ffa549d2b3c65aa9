"""What the user says about a code base: `eda-lint.toml`, or `[tool.eda-lint]` in `pyproject.toml`."""

from eda_lint.config.load import load_config, parse_config
from eda_lint.config.nested import NestedConfig, nested_configs, with_nested
from eda_lint.config.patterns import PathPatterns
from eda_lint.config.roots import CONFIG_NAME, Root, find_root
from eda_lint.config.tables import DEFAULT_EXCLUDE, ChannelTable, Config, ServiceTable, WrapperTable

__all__ = [
    "CONFIG_NAME",
    "DEFAULT_EXCLUDE",
    "ChannelTable",
    "Config",
    "NestedConfig",
    "PathPatterns",
    "Root",
    "ServiceTable",
    "WrapperTable",
    "find_root",
    "load_config",
    "nested_configs",
    "parse_config",
    "with_nested",
]
