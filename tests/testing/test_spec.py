from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint.testing.annotations import Expectation
from eda_lint.testing.spec import SECTIONS, SpecError, directory_case, page_cases, page_faults

PAGE = """\
# EDA101 command-named-event

Prose before everything.

```python
untitled = "prose"
```

## Bad

### A class

```toml title="eda-lint.toml"
services-complete = true
```

```python title="orders/producer.py"
send(1)  # expect: EDA101 "action"
```

### A type field

```python title="a.py"
send(2)  # expect: EDA101
```

## Better

```python title="a.py" codes="EDA101, EDA501"
send(3)
```
"""


def test_blocks_under_one_heading_form_one_case() -> None:
    cases = page_cases(PAGE, origin="page.md")
    assert [case.title for case in cases] == ["Bad / A class", "Bad / A type field", "Better"]
    assert dict(cases[0].files) == {
        "eda-lint.toml": "services-complete = true\n",
        "orders/producer.py": "send(1)\n",
    }
    assert cases[0].findings == (Expectation("orders/producer.py", 1, "EDA101", "action"),)
    assert cases[0].origin == "page.md:11"


def test_a_page_compares_its_own_rule_and_what_a_block_adds() -> None:
    cases = page_cases(PAGE)
    assert cases[0].codes == {"EDA101"}
    assert cases[2].codes == {"EDA101", "EDA501"}


def test_page_lines_point_into_the_page() -> None:
    case = page_cases(PAGE)[0]
    line = case.lines["orders/producer.py"] + case.findings[0].line
    assert PAGE.split("\n")[line - 1].startswith("send(1)")


def test_before_blocks_make_the_older_state() -> None:
    (case,) = page_cases('## A\n```python before="a.py"\nx = 1\n```\n```python title="a.py"\nx = 2\n```\n')
    assert dict(case.before) == {"a.py": "x = 1\n"}
    assert dict(case.files) == {"a.py": "x = 2\n"}


def test_a_longer_fence_may_hold_a_shorter_one() -> None:
    (case,) = page_cases('## A\n````md title="README.md"\n```python title="x.py"\n```\n````\n')
    assert list(case.files) == ["README.md"]


@pytest.mark.parametrize(
    "block",
    [
        'python title="/etc/passwd"',
        'python title="../up.py"',
        'python title="a/../b.py"',
        'python title="a\\\\b.py"',
        'python title=""',
        'python title="a.py" titel="b.py"',
        'title="a.py"',
        'python title="open',
        'python before="a.py"',
        'python codes="EDA101"',
    ],
)
def test_labels_that_cannot_be_meant_are_errors(block: str) -> None:
    with pytest.raises(SpecError):
        page_cases(f"## A\n```{block}\nx = 1\n```\n")


def test_a_path_twice_in_a_case_is_an_error() -> None:
    with pytest.raises(SpecError, match="twice"):
        page_cases('## A\n```python title="a.py"\n```\n```python title="a.py"\n```\n')


def test_an_expectation_of_a_line_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SpecError, match="not there"):
        page_cases('## A\n```toml title="eda-lint.toml"\n# expect-in: gone.py:1 EDA101\n```\n')
    with pytest.raises(SpecError, match="not there"):
        page_cases('## A\n```python title="a.py"\nf()\n# expect: EDA101\n```\n')


def test_a_malformed_annotation_names_the_page_line() -> None:
    with pytest.raises(SpecError, match=r"p:2: a\.py:1: "):
        page_cases('## A\n```python title="a.py"\nf()  # expect: nothing\n```\n', origin="p")


def test_directory(tmp_path: Path) -> None:
    (tmp_path / "svc").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("# expect: EDA101\n")
    (tmp_path / "eda-lint.toml").write_text("")
    (tmp_path / "svc" / "a.py").write_text("f()  # expect: EDA301\n")
    (tmp_path / "svc" / "latin.py").write_bytes(b"x = '\xe9'  # expect: EDA002\n")
    case = directory_case(tmp_path)
    assert set(case.files) == {"eda-lint.toml", "svc/a.py", "svc/latin.py"}
    assert case.findings == (Expectation("svc/a.py", 1, "EDA301"),)
    assert case.files["svc/latin.py"] == b"x = '\xe9'  # expect: EDA002\n"
    assert case.codes is None


def test_an_empty_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        directory_case(tmp_path)


def form(*, title: str = "EDA101 some-rule", sections: tuple[str, ...] = SECTIONS, options: str = "`limit`: …") -> str:
    bodies = {
        "Bad": '```python title="a.py"\nf()  # expect: EDA101\n```\n',
        "Better": '```python title="a.py"\nf()\n```\n',
        "Options": options,
    }
    return f"# {title}\n\n" + "".join(f"## {name}\n\n{bodies.get(name, 'Prose.')}\n\n" for name in sections)


def test_a_page_in_form_has_no_faults() -> None:
    assert page_faults(form(), code="EDA101", name="some-rule", options=("limit",)) == ()


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (form(title="EDA101 other"), "one title"),
        (form(title="EDA102 some-rule"), "one title"),
        (form().replace("# EDA101", "## EDA101", 1), "one title"),
        (form(sections=SECTIONS[:-1]), "sections are"),
        (form(sections=(*SECTIONS[1:], SECTIONS[0])), "sections are"),
        (form(sections=(*SECTIONS, "More")), "sections are"),
        (form().replace("  # expect: EDA101", ""), "`Bad` expects no EDA101"),
        (form().replace("EDA101\n```", "EDA102\n```"), "`Bad` expects no EDA101"),
        (form().replace("f()\n", "f()  # expect: EDA101\n"), "`Better` expects EDA101"),
        (form(options="none"), "does not name `limit`"),
        ("", "one title"),
    ],
)
def test_faults_of_form(page: str, fault: str) -> None:
    faults = page_faults(page, code="EDA101", name="some-rule", options=("limit",))
    assert any(fault in one for one in faults), faults
