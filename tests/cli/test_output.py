"""Where text goes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from eda_lint.cli.output import emit, wants_color, write_whole


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environ", "colored"),
    [
        ("auto", {}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("always", {"NO_COLOR": "1", "PRE_COMMIT": "1"}, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("auto", {"TERM": "dumb"}, False),
        ("auto", {"PRE_COMMIT": "1"}, False),
        ("auto", {"PRE_COMMIT": "1", "FORCE_COLOR": "1"}, True),
    ],
)
def test_color_on_a_terminal(choice, environ: dict[str, str], colored: bool) -> None:
    assert wants_color(choice, Terminal(), environ) is colored


def test_color_elsewhere() -> None:
    assert not wants_color("auto", io.StringIO(), {})
    assert wants_color("auto", io.StringIO(), {"FORCE_COLOR": "1"})


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")
    write_whole(target, "grüße \udcff\n")
    assert target.read_bytes() == "grüße \\udcff\n".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to("real.txt")
    write_whole(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_a_missing_directory_ends_with_2(shop: Path, run) -> None:
    code, _, err = run("rules", "--output-file", "no/such/dir.txt")
    assert code == 2
    assert "no/such/dir.txt" in err
    assert "internal" not in err


def test_a_dash_is_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    emit("text", Path("-"))
    assert capfd.readouterr().out == "text\n"


def program(code: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    script = f"from pathlib import Path; from eda_lint.cli.output import emit, settle_streams; settle_streams(); {code}"
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, env={**os.environ, **environ}
    )


def test_a_poor_terminal_shows_escapes() -> None:
    done = program("emit('caf\\xe9 \\u2192', None)", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout.split()) == (0, [b"caf\\xe9", b"\\u2192"])


def test_text_for_machines_is_utf_8_everywhere() -> None:
    done = program("emit('\\u2192', None, machine=True)", PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stdout) == (0, "→\n".encode())


def test_a_reader_who_leaves_is_no_trouble() -> None:
    """`eda-lint rules | head -1`: no traceback, and the exit code stays the verdict."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "eda_lint", "rules"], stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_ends_with_2() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "eda_lint", "rules"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"eda-lint: standard output cannot be written: No space left")
    assert done.stderr.count(b"\n") == 1
