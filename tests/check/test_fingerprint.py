from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from eda_lint.check.fingerprint import fingerprints
from eda_lint.model.finding import Finding, Note
from eda_lint.model.topology import Place

FINDINGS = st.lists(
    st.builds(
        lambda code, symbol, shape, file, line: Finding(
            code, "a-name", "m", Place(file, line), symbol=symbol, shape=shape
        ),
        st.sampled_from(["EDA301", "EDA302"]),
        st.sampled_from(["a:f", "a:g", ""]),
        st.sampled_from(["charge", "insert"]),
        st.sampled_from(["a.py", "b.py", "odd\udcff.py"]),
        st.integers(1, 50),
    ),
    max_size=12,
    unique=True,
)


def down(finding: Finding, file: str, after: int, lines: int) -> Finding:
    """The finding after `lines` lines were inserted after line `after` of `file`."""
    place = finding.place
    if place.file != file or place.line <= after:
        return finding
    return replace(finding, place=replace(place, line=place.line + lines))


@given(FINDINGS, st.sampled_from(["a.py", "b.py"]), st.integers(0, 50), st.integers(1, 9))
def test_inserting_lines_changes_no_fingerprint(found, file: str, after: int, lines: int) -> None:
    assert fingerprints(found) == fingerprints([down(each, file, after, lines) for each in found])


@given(FINDINGS)
def test_better_inference_changes_no_fingerprint(found) -> None:
    better = [
        replace(each, message="more", mend="so", confidence="likely", channels=("kafka:x",), services=("s",),
                notes=(Note(Place("z.py", 1), "n"),))
        for each in found
    ]  # fmt: skip
    assert fingerprints(found) == fingerprints(better)


@given(FINDINGS)
def test_fingerprints_are_all_different_and_short(found) -> None:
    made = fingerprints(found)
    assert len(set(made)) == len(found)
    assert all(len(each) == 32 and set(each) <= set("0123456789abcdef") for each in made)


@given(FINDINGS, st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_found_does_not_matter(found, random) -> None:
    distinct = list({each.place: each for each in found}.values())
    before = dict(zip(distinct, fingerprints(distinct), strict=True))
    random.shuffle(distinct)
    assert before == dict(zip(distinct, fingerprints(distinct), strict=True))


def test_rule_symbol_and_shape_each_make_a_difference() -> None:
    base = Finding("EDA301", "n", "m", Place("a.py", 1), symbol="a:f", shape="charge")
    variants = [base, replace(base, code="EDA302"), replace(base, symbol="a:g"), replace(base, shape="insert")]
    assert len({fingerprints([each])[0] for each in variants}) == 4


def test_parts_do_not_run_into_each_other() -> None:
    one = Finding("EDA301", "n", "m", Place("a.py", 1), symbol="ab", shape="c")
    assert fingerprints([one]) != fingerprints([replace(one, symbol="a", shape="bc")])


def test_a_moved_file_keeps_its_fingerprints_where_there_is_a_symbol() -> None:
    one = Finding("EDA301", "n", "m", Place("a.py", 1), symbol="a:f")
    assert fingerprints([one]) == fingerprints([replace(one, place=Place("src/a.py", 1))])
    bare = replace(one, symbol="")
    assert fingerprints([bare]) != fingerprints([replace(bare, place=Place("src/a.py", 1))])


def test_the_recipe_does_not_change_unnoticed() -> None:
    one = Finding("EDA301", "n", "m", Place("a.py", 1), symbol="billing.app:charge", shape="stripe.Charge.create")
    assert fingerprints([one]) == ("0c4f656708ab8d1d2cc9921f26b1eb01",)
