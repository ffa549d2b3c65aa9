"""A service's own configuration decides what is ignored in its directory, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SENDS = (
    "import datetime\n\nfrom kafka import KafkaProducer\n\nproducer = KafkaProducer()\n\n\n"
    "def tell(order):\n"
    "    event = {'id': order.id, 'type': 'OrderPlaced', 'total': order.total, 'at': str(datetime.datetime.now())}\n"
    "    producer.send('orders', event)\n"
)


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two services with the same fault."""
    (tmp_path / "eda-lint.toml").write_text("")
    for name in ("orders", "mailer"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text("")
        (tmp_path / name / "app.py").write_text(SENDS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def places(run) -> list[tuple[str, str]]:
    _, out, err = run("check", "--no-cache", "--select", "EDA501", "--format", "json")
    assert err == ""
    return [(each["code"], each["file"]) for each in json.loads(out)["findings"] if not each["suppressed"]]


def test_what_a_service_ignores(services: Path, run) -> None:
    assert places(run) == [("EDA501", "mailer/app.py"), ("EDA501", "orders/app.py")]
    (services / "mailer" / "eda-lint.toml").write_text('ignore = ["EDA501"]\n')
    assert places(run) == [("EDA501", "orders/app.py")]


def test_an_unknown_rule_there_is_an_error(services: Path, run) -> None:
    (services / "mailer" / "eda-lint.toml").write_text('ignore = ["EDA999"]\n')
    code, _, err = run("check", "--no-cache")
    assert code == 2
    assert "EDA999" in err
    assert "mailer" in err


def test_a_run_from_inside_a_service_judges_the_whole(services: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    (services / "mailer" / "eda-lint.toml").write_text('name = "post"\n')
    monkeypatch.chdir(services / "mailer")
    assert [file for _, file in places(run)] == ["mailer/app.py", "orders/app.py"]
    _, out, _ = run("services", "--no-cache")
    assert "post  service  mailer  sends 1" in out
