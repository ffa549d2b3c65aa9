from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.testing.annotations import AnnotationError, Expectation, OperationExpectation, read


def test_expectation_stands_on_its_line_and_is_taken_out_of_the_text() -> None:
    said = read("a.py", 'x = 1\nsend(x)  # expect: EDA101 "names an action"\n')
    assert said.findings == (Expectation("a.py", 2, "EDA101", "names an action"),)
    assert said.text == "x = 1\nsend(x)\n"


def test_several_expectations_in_one_list_and_in_several_comments() -> None:
    said = read("a.py", 'f()  # expect: EDA301 "a", EDA403 # todo-expect: EDA501 "b"\n')
    assert said.findings == (
        Expectation("a.py", 1, "EDA301", "a"),
        Expectation("a.py", 1, "EDA403"),
        Expectation("a.py", 1, "EDA501", "b", todo=True),
    )


def test_annotation_behind_another_comment_leaves_that_comment() -> None:
    said = read("a.py", "f()  # eda-lint: ignore[EDA301] known  # expect: EDA001\n")
    assert said.findings == (Expectation("a.py", 1, "EDA001"),)
    assert said.text == "f()  # eda-lint: ignore[EDA301] known\n"


def test_comment_alone_speaks_of_the_next_line_of_code() -> None:
    said = read("a.py", "# expect: EDA101\n# expect: EDA501\nf()\n")
    assert [finding.line for finding in said.findings] == [3, 3]
    assert said.text == "\n\nf()\n"


def test_expect_above_skips_annotations_that_stand_alone() -> None:
    said = read("a.py", "f('''\n''')\n# expect-above: EDA101\n# op-above: send kafka a\n")
    assert said.findings == (Expectation("a.py", 2, "EDA101"),)
    assert said.operations == (OperationExpectation("a.py", 2, "send", "kafka", "a"),)


def test_expect_in_names_a_line_of_another_file() -> None:
    said = read("eda-lint.toml", '# expect-in: schemas/order.avsc:3 EDA901 "removed"\n')
    assert said.findings == (Expectation("schemas/order.avsc", 3, "EDA901", "removed"),)


def test_operation_with_traits() -> None:
    said = read("a.py", "f()  # op: send kafka ${TOPIC} message=OrderPlaced via=2\n")
    assert said.operations == (
        OperationExpectation("a.py", 1, "send", "kafka", "${TOPIC}", (("message", "OrderPlaced"), ("via", "2"))),
    )


def test_null_is_an_address_that_did_not_resolve_and_no_op_is_none_at_all() -> None:
    said = read("a.py", "f()  # op: receive rabbitmq null\ng()  # no-op\n")
    assert said.operations == (
        OperationExpectation("a.py", 1, "receive", "rabbitmq", None),
        OperationExpectation("a.py", 2, absent=True),
    )


def test_strings_of_python_are_never_annotations() -> None:
    text = 'x = "# expect: EDA101"\ny = """\n# op: send kafka a\n"""\n'
    said = read("a.py", text)
    assert said.findings == ()
    assert said.operations == ()
    assert said.text == text


def test_python_that_cannot_be_tokenised_is_read_line_by_line() -> None:
    said = read("a.py", "def f(:\n  '''  # expect: EDA002\n")
    assert said.findings == (Expectation("a.py", 2, "EDA002"),)


@pytest.mark.parametrize("path", ["a.yaml", "a.toml", "Dockerfile", ".env"])
def test_other_files_use_the_same_comments(path: str) -> None:
    assert read(path, "a: b  # expect: EDA801\n").findings == (Expectation(path, 1, "EDA801"),)


def test_line_ends_are_kept() -> None:
    said = read("a.py", "f()  # expect: EDA101\r\ng()\r\n")
    assert said.text == "f()\r\ng()\r\n"
    assert said.findings[0].line == 1


@pytest.mark.parametrize(
    "comment",
    [
        "# expect:",
        "# expect: EDA",
        "# expect: EDA101 names an action",
        '# expect: EDA101 "open',
        "# expect: EDA101,",
        "# expects: EDA101",
        "# expected: EDA101",
        "# expect EDA101",
        "# todo_expect: EDA101",
        "# expect_above: EDA101",
        "# expect-above: EDA101",
        "# expect-in: EDA101",
        "# ops: send kafka a",
        "# op: produce kafka a",
        "# op: send kafka",
        "# op: send kafka a messge=X",
        "# op: send kafka a via=one",
        "# no-op: yet",
        "# no-op at all",
        "# todo-no-op",
    ],
)
def test_malformed_and_misspelt_annotations_are_errors(comment: str) -> None:
    with pytest.raises(AnnotationError, match=r"a\.py:1: "):
        read("a.py", f"{comment}\nf()\n" if "above" in comment else f"f()  {comment}\n")


@pytest.mark.parametrize("comment", ["# options: a", "# opposite", "# we expect a list", "# noqa: EDA101"])
def test_ordinary_comments_are_left_alone(comment: str) -> None:
    text = f"f()  {comment}\n"
    said = read("a.py", text)
    assert (said.text, said.findings, said.operations) == (text, (), ())


@given(st.text(alphabet=st.characters(exclude_characters="#")))
def test_text_without_comments_is_unchanged(text: str) -> None:
    assert read("a.txt", text).text == text


@given(st.lists(st.sampled_from(["f()", "g()  # expect: EDA101", "# expect: EDA501", "h()  # no-op", ""]), max_size=8))
def test_number_of_lines_never_changes(lines: list[str]) -> None:
    text = "\n".join(lines) + "\nend()\n"
    assert read("a.py", text).text.count("\n") == text.count("\n")
