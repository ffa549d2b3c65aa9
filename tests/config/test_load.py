"""What a configuration file may say, and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint import __version__
from eda_lint.config import DEFAULT_EXCLUDE, ChannelTable, Config, ServiceTable, load_config, parse_config
from eda_lint.errors import ConfigError

FULL = """
select = ["EDA"]
ignore = ["EDA101"]
extend-select = ["EDA7"]
preview = true
exclude = ["legacy"]
extend-exclude = ["vendor/*.py"]
respect-gitignore = false
include-tests = true
services-complete = true
packages = ["acme_events"]
python = ".venv"
fail-on = "never"
output-format = "sarif"
cache-dir = ".cache/eda"
baseline = "baseline.json"
required-version = ">=0.0.1"
guards = ["acme.once"]
catalog = ["more.toml"]
per-file-ignores = { "!src/**" = ["ALL"] }
severity.EDA101 = "error"

[rules.EDA301]
limit = 3
names = ["a"]

[[services]]
name = "billing"
paths = ["services/billing"]
kind = "library"

[[channels]]
match = "orders.*"
external = true
kind = "stream"
aliases = ["o"]
complete = true
commands = true
reason = "fed by the mainframe"

[[wrappers]]
function = "acme.bus.publish"
action = "send"
system = "kafka"
channel = "topic"
payload = "body"

[schemas]
mode = "BACKWARD_TRANSITIVE"
against = "merge-base"
all = true
exclude = ["vendor/**"]
"""


def parsed(text: str, name: str = "eda-lint.toml") -> Config:
    return parse_config(text.encode(), Path(name))


def complaints(text: str, name: str = "eda-lint.toml") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parsed(text, name)
    return str(caught.value).splitlines()


def test_defaults() -> None:
    config = load_config(None)
    assert config == Config()
    assert config.select is None
    assert config.respect_gitignore
    assert config.excluded() == DEFAULT_EXCLUDE


def test_every_key_is_read() -> None:
    config = parsed(FULL)
    unset = {name for name in Config.__dataclass_fields__ if getattr(config, name) == getattr(Config(), name)}
    assert unset == set()
    assert config.services == (ServiceTable("billing", ("services/billing",), "library"),)
    assert config.channels == (ChannelTable("orders.*", True, "stream", ("o",), True, True, "fed by the mainframe"),)
    assert config.wrappers[0].roles() == {"channel": "topic", "payload": "body"}
    assert config.per_file_ignores == {"!src/**": ("ALL",)}
    assert config.severity == {"EDA101": "error"}
    assert config.rules == {"EDA301": {"limit": 3, "names": ["a"]}}
    assert config.excluded() == ("legacy", "vendor/*.py")


def test_pyproject_holds_the_same_keys_below_its_table() -> None:
    text = '[project]\nname = "x"\n[tool.eda-lint]\npreview = true\n[[tool.eda-lint.services]]\nname="a"\npaths=["."]\n'
    config = parsed(text, "pyproject.toml")
    assert config.preview
    assert config.services == (ServiceTable("a", (".",)),)
    assert parsed('[project]\nname = "x"\n', "pyproject.toml") == Config()


def test_values_know_their_file_and_line() -> None:
    config = parsed("[tool.eda-lint]\n\nrules.EDA301.limit = 3\n", "pyproject.toml")
    assert str(config.fault("too low", "rules", "EDA301", "limit")) == "pyproject.toml:3: too low"
    assert str(config.fault("too low", "rules", "EDA301", "other")) == "pyproject.toml:3: too low"
    assert str(config.fault("odd", "preview")) == "pyproject.toml: odd"


def test_paths_are_relative_to_the_file_that_gives_them(tmp_path: Path) -> None:
    (tmp_path / "eda-lint.toml").write_text('cache-dir = "c"\n', "utf-8")
    config = load_config(tmp_path / "eda-lint.toml")
    assert config.located(config.cache_dir, Path("elsewhere")) == tmp_path / "c"
    assert Config().located("c", tmp_path) == tmp_path / "c"


def test_all_faults_are_told_at_once_by_line_with_the_nearest_right_key() -> None:
    text = """\
[[wrappers]]
function = "x.y"
action = "sned"
[[services]]
nmae = "b"
[severity]
EDA101 = "errr"
[[channels]]
match = 'a'
aliases = [
  "x",
  3,
]
"""
    assert complaints("selct = []\nselect = 'EDA1'\nextend_select = []\n" + text) == [
        "eda-lint.toml:1: unknown key `selct`. Did you mean `select`?",
        'eda-lint.toml:2: `select` must be a list, not "EDA1". Write `select = ["EDA1"]`',
        "eda-lint.toml:3: unknown key `extend_select`. Did you mean `extend-select`?",
        (
            'eda-lint.toml:6: `wrappers[1].action` must be one of "send", "receive", "settle", "reply", not "sned". '
            'Did you mean "send"?'
        ),
        "eda-lint.toml:7: `services[1]` needs the key `name`",
        "eda-lint.toml:7: `services[1]` needs the key `paths`",
        "eda-lint.toml:8: unknown key `services[1].nmae`. Did you mean `name`?",
        (
            'eda-lint.toml:10: `severity.EDA101` must be one of "error", "warning", "info", not "errr". '
            'Did you mean "error"?'
        ),
        "eda-lint.toml:15: `channels[1].aliases[2]` must be text, not 3",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("preview = 1", "`preview` must be true or false, not 1"),
        ("packages = [1979-05-27]", "`packages[1]` must be text, not 1979-05-27"),
        ("services = 3", "`services` must be a list, not 3"),
        ("services = [3]", "`services[1]` must be a table, not 3"),
        ("rules = { EDA1 = true }", "`rules.EDA1` must be a table, not true"),
        ("cache-dir = { a = 1 }", "`cache-dir` must be text, not a table"),
        ('"a\\nb" = 1', "unknown key `a\\nb`"),
        ("zzzzzz = 1", "The keys here are `baseline`, "),
        ("[tool.eda-lint]\npreview = true", "without `tool.eda-lint`"),
        ('name = "x"', "here they stand in `[[services]]`"),
        ('[[services]]\nname = ""\npaths = ["a"]', "`services[1].name` must not be empty"),
        ('[[services]]\nname = "a"\npaths = []', "`services[1].paths` must name a directory"),
        ('[[services]]\nname="a"\npaths=["a"]\n[[services]]\nname="a"\npaths=["b"]', "two services are named `a`"),
        ('exclude = ["a", "!"]', "`exclude[2]`: `!` is no path pattern"),
        ('exclude = [" "]', "`exclude[1]`: an empty pattern matches nothing"),
        ('per-file-ignores = { "a\\\\" = [] }', "is no path pattern"),
        ('required-version = "newest"', "`required-version` must be a version specifier"),
    ],
)
def test_refused(text: str, told: str) -> None:
    (line,) = complaints(text)
    assert told in line


def test_another_version_is_required() -> None:
    (line,) = complaints('\nrequired-version = ">=9999"\n')
    assert line == (
        f'eda-lint.toml:2: this is eda-lint {__version__}, and the project requires >=9999. Install "eda-lint>=9999"'
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a = 1\nb = = 2\n", ":2: no valid TOML: Invalid value"),
        (b"a = 1\na = 2\n", ":2: no valid TOML: Cannot overwrite a value"),
        (b"a = 1\n# \xff\n", ":2: TOML must be UTF-8"),
        (b"a = " + b"[" * 5000, "this TOML is nested too deeply"),
        (b"a = " + b"9" * 5000, "no valid TOML"),
        (b"\x00", "no valid TOML"),
    ],
)
def test_no_toml(content: bytes, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(content, Path("eda-lint.toml"))
    assert told in str(caught.value)
    assert len(caught.value.faults) == 1


def test_the_table_of_pyproject_must_be_one() -> None:
    assert complaints("tool.eda-lint = 3\n", "pyproject.toml") == ["pyproject.toml:1: `tool.eda-lint` must be a table"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault() -> None:
    config = parse_config(b"\xef\xbb\xbfpreview = true\r\n\r\nselect = ['A']\r\n", Path("eda-lint.toml"))
    assert config.select == ("A",)
    assert config.lines["select",] == 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "eda-lint.toml")
