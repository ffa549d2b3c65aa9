"""The hooks under the real pre-commit, installed from this checkout as a user's machine would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PRODUCER = """\
import datetime
import uuid

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="broker:9092")


def order_placed(order):
    event = {
        "id": str(uuid.uuid4()),
        "type": "OrderPlaced",
        "time": datetime.datetime.now(datetime.UTC).isoformat(),
        "order": {"id": order.id, "total": order.total, "customer": order.customer},
    }
    producer.send("orders.placed", event).get(timeout=10)
"""
CONSUMER = """\
from kafka import KafkaConsumer

consumer = KafkaConsumer("orders.placed", group_id="mailer", enable_auto_commit=False)

for record in consumer:
    print(record.value["order"]["total"])
    consumer.commit()
"""
CARELESS = """\
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="broker:9092")


def order_viewed(order):
    producer.send("orders.placed", {"id": order.id, "type": "OrderViewed", "order": {"total": order.total}})
"""


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def git(*arguments: str, cwd: Path) -> str:
    done = run("git", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def pre_commit(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "pre_commit", *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as it is now (committed or not) as a repository of its own."""
    target = tmp_path_factory.mktemp("published")
    for path in ("eda_lint", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        source = ROOT / path
        if source.is_dir():
            shutil.copytree(source, target / path, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / path)
    git("init", "--quiet", cwd=target)
    git("add", "--all", cwd=target)
    git("commit", "--quiet", "--message", "as it is", cwd=target)
    return target


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with one producer and one consumer, committed without hooks."""
    root = tmp_path / "shop"
    for name, text in {
        "eda-lint.toml": "services-complete = true\n",
        "orders/requirements.txt": "kafka-python\n",
        "orders/events.py": PRODUCER,
        "mailer/requirements.txt": "kafka-python\n",
        "mailer/consume.py": CONSUMER,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git("init", "--quiet", cwd=root)
    git("add", "--all", cwd=root)
    git("commit", "--quiet", "--message", "shop", cwd=root)
    return root


@pytest.fixture
def hooked(shop: Path, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop with the hook installed from the published checkout."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    revision = git("rev-parse", "HEAD", cwd=published).strip()
    config = f"repos:\n- repo: {published.as_uri()}\n  rev: {revision}\n  hooks:\n  - id: eda-lint\n"
    (shop / ".pre-commit-config.yaml").write_text(config)
    git("add", "--all", cwd=shop)
    git("commit", "--quiet", "--message", "hooks", cwd=shop)
    installed = pre_commit("install", "--install-hooks", cwd=shop)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return shop


def commit(root: Path) -> subprocess.CompletedProcess[str]:
    return run("git", "commit", "--quiet", "--message", "change", cwd=root)


def test_commits(hooked: Path) -> None:
    """One that passes, one that is stopped, one that deletes the only consumer."""
    (hooked / "orders" / "events.py").write_text(PRODUCER.replace("timeout=10", "timeout=20"))
    git("add", "--all", cwd=hooked)
    passed = commit(hooked)
    assert passed.returncode == 0, passed.stdout + passed.stderr

    (hooked / "orders" / "views.py").write_text(CARELESS)
    (hooked / "orders" / "untracked.py").write_text(CARELESS)
    git("add", "orders/views.py", cwd=hooked)
    stopped = commit(hooked)
    assert stopped.returncode == 1
    assert "EDA501" in stopped.stderr
    assert "orders/views.py:7" in stopped.stderr
    assert "untracked.py" not in stopped.stderr
    assert "\x1b[" not in stopped.stderr

    git("rm", "--quiet", "--force", "orders/views.py", cwd=hooked)
    (hooked / "orders" / "untracked.py").unlink()
    git("rm", "--quiet", "mailer/consume.py", cwd=hooked)
    deleted = commit(hooked)
    assert deleted.returncode == 1
    assert "EDA801" in deleted.stderr
    assert "orders/events.py" in deleted.stderr


def test_try_repo(shop: Path, published: Path) -> None:
    """Both hooks work from the manifest alone; the whole-program one reports what no staged file touches."""
    (shop / "orders" / "views.py").write_text(CARELESS)
    git("add", "--all", cwd=shop)
    git("commit", "--quiet", "--message", "careless", cwd=shop)
    assert "PRE_COMMIT" not in os.environ
    tried = pre_commit("try-repo", str(published), "--hook-stage", "manual", cwd=shop)
    by_hook = tried.stdout.rpartition("eda-lint (whole program)")
    assert tried.returncode == 1, tried.stdout + tried.stderr
    assert "Passed" in by_hook[0].rpartition("eda-lint (findings that touch this commit)")[2]
    assert "orders/views.py:7" in by_hook[2]
