from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eda_lint_rules.tool.unreadable_source import UnreadableSource

from eda_lint.model.topology import Place, SourceProblem


def found(scene: Any, path: str, *, wanted: bool = True) -> list[str]:
    problem = SourceProblem(Place(path, 3), "syntax", "invalid syntax", wanted)
    project = replace(scene.project(), problems=(problem,))
    return [finding.place.file for finding in UnreadableSource().check(project, None)]


def test_a_file_that_was_wanted_is_told(scene: Any) -> None:
    assert found(scene, "orders/consumer.py") == ["orders/consumer.py"]
    assert found(scene, "orders/consumer.py", wanted=False) == []


@pytest.mark.parametrize(
    "path",
    ["{{cookiecutter.name}}/consumer.py", "src/{% if kafka %}consumer{% endif %}.py", "cli/templates/step/consumer.py"],
)
def test_a_template_is_no_python_yet(scene: Any, path: str) -> None:
    assert found(scene, path) == []
