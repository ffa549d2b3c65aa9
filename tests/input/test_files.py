"""Files that cannot be read or are hardly Python: told of where they were wanted, and the run goes on."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hostile import SENDER, Said, write_root

from eda_lint.cli.entry import main
from eda_lint.discover import WorkTree

Base = Callable[[Mapping[str, str | bytes]], Path]
Read = Callable[[Path], Said]

KAFKA = b"from kafka import KafkaProducer\nproducer = KafkaProducer()\n"
SEND = b"producer.send('%s', b'')\n"

BROKEN: dict[str, tuple[bytes, str]] = {
    "syntax.py": (KAFKA + b"def f(:\n    pass\n", "syntax"),
    "unclosed.py": (KAFKA + b"producer.send('x', (\n", "syntax"),
    "tabs.py": (KAFKA + b"if True:\n\tx = 1\n        y = 2\n", "syntax"),
    "python2.py": (KAFKA + b"print 'sent %s' % producer\nexec 'code'\n", "python2"),
    "null.py": (KAFKA + b"x = '\x00'\n", "encoding"),
    "latin.py": (KAFKA + b"x = '\xe4\xf6'\n", "encoding"),
    "surrogate.py": (KAFKA + b"x = '\xed\xa0\x80'\n", "encoding"),
    "unknown_codec.py": (b"# coding: klingon\n" + KAFKA, "encoding"),
    "evil_codec.py": (b"# coding: unicode_escape\n" + KAFKA, "encoding"),
    "brackets.py": (KAFKA + b"x = " + b"(" * 2000 + b")" * 2000 + b"\n", "limits"),
    "blocks.py": (KAFKA + b"".join(b" " * i + b"if x:\n" for i in range(2000)) + b" " * 2000 + b"pass\n", "limits"),
    "sum.py": (KAFKA + b"x = " + b" + ".join([b"x"] * 10_000) + b"\n", "limits"),
    "strings.py": (KAFKA + b"x = f'" + b'{f"' * 2000 + b'"}' * 2000 + b"'\n", "limits"),
    "generated.py": (KAFKA + b"DATA = [\n" + b"    (1, 'abc', -2.5),\n" * 480_000 + b"]\n", "limits"),
}

ODD: dict[str, bytes] = {
    "bom.py": b"\xef\xbb\xbf" + KAFKA + SEND % b"bom",
    "crlf.py": (KAFKA + SEND % b"crlf").replace(b"\n", b"\r\n"),
    "cr.py": (KAFKA + SEND % b"cr").replace(b"\n", b"\r"),
    "form_feed.py": KAFKA + b"\x0c\n" + SEND % b"form_feed",
    "latin_1.py": b"# -*- coding: latin-1 -*-\n" + KAFKA + b"x = '\xe4'\n" + SEND % b"latin_1",
    "no_end.py": (KAFKA + SEND % b"no_end").rstrip(b"\n"),
    "continued.py": b"from \\\n kafka \\\n import KafkaProducer\nproducer = KafkaProducer()\n" + SEND % b"continued",
    "tabbed.py": KAFKA + b"if 1:\n\t" + SEND % b"tabbed",
    "ünïcode.py": KAFKA.replace(b"producer", "прод".encode()) + "прод.send('ünïcode', b'')\n".encode(),
}


def test_broken_files(base: Base, read: Read) -> None:
    # What is no text in any encoding that Python reads says no word that anybody asks for.
    unasked = {"broken/utf16.py": KAFKA.decode().encode("utf-16"), "broken/idle.py": b"def f(:\n"}
    said = read(base({f"broken/{name}": content for name, (content, _) in BROKEN.items()} | unasked))
    expected = {f"broken/{name}": kind for name, (_, kind) in BROKEN.items()}
    assert said.problems == expected
    assert all(each["wanted"] for each in said.summary["problems"])
    unreadable = {each["file"] for each in said.findings if each["code"] == "EDA002"}
    assert unreadable == set(expected)
    assert all("\n" not in each["message"] for each in said.summary["problems"])


def test_odd_files(base: Base, read: Read) -> None:
    said = read(base({f"odd/{name}": content for name, content in ODD.items()}))
    assert said.problems == {}
    assert said.addresses() >= {name.removesuffix(".py") for name in ODD}
    lines = {each["file"]: each["line"] for each in said.operations}
    assert (lines["odd/crlf.py"], lines["odd/cr.py"], lines["odd/bom.py"]) == (3, 3, 3)


NAMES = (
    "with space/a b.py",
    "<script>alert(1)</script>/x.py",
    "new\nline/x.py",
    "--help/-rf.py",
    "quote'\"/$(x)`y`.py",
    "tab\t/x.py",
    "a/" * 40 + "deep.py",
    "e\u0301moji \U0001f600/\u202egnp.py",
    "back\\slash.py",
    "con/..py",
    "a.b.c/x.y.py",
    ".hidden/.x.py",
    "bytes\udcff/x.py",
)


def test_paths(tmp_path: Path, read: Read) -> None:
    root = write_root({}, tmp_path / "the <root> of\nall evil")
    written = []
    for number, name in enumerate(NAMES):
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(KAFKA + SEND % str(number).encode())
        except OSError:  # a file system that knows no such name
            continue
        written.append(str(number))
    assert len(written) > 8
    assert set(written) <= read(root).addresses()


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "github"])
def test_paths_in_every_format(form: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A file's name never becomes a line, a command or a broken document of its own."""
    root = tmp_path / "root"
    names = ("new\nline <b>\x1b[31m.py", "bytes\udcff.py", "::error::x.py")
    write_root(dict.fromkeys(names, KAFKA + b"def f(:\n"), root)
    assert main(["check", "--root", str(root), "--no-cache", "--format", form]) in (0, 1)
    out, err = capfdbinary.readouterr()
    assert err == b""
    text = out.decode()
    assert "\x1b" not in text
    if form in ("json", "sarif"):
        json.loads(text)
    forbidden = ("line <b>", "::error::x") if form == "github" else "line <b>"
    assert not any(line.startswith(forbidden) for line in text.splitlines())


def test_links(base: Base, read: Read, tmp_path: Path) -> None:
    root = base({"real/sender.py": KAFKA + SEND % b"real"})
    outside = tmp_path / "outside.py"
    outside.write_bytes(KAFKA + SEND % b"outside")
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "real" / "up").symlink_to("..", target_is_directory=True)
    (root / "itself.py").symlink_to("itself.py")
    (root / "one.py").symlink_to("two.py")
    (root / "two.py").symlink_to("one.py")
    (root / "nowhere.py").symlink_to("nothing.py")
    (root / "outside.py").symlink_to(outside)
    (root / "absolute").symlink_to("/", target_is_directory=True)
    said = read(root)
    assert "real" in said.addresses()
    assert "outside" not in said.addresses()
    assert len(said.sends_in("real/sender.py")) == 1


def test_things_that_are_no_files(base: Base, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = base({"directory.py/__init__.py": KAFKA + SEND % b"directory"})
    os.mkfifo(root / "pipe.py")
    monkeypatch.chdir(root)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.py")
        assert "directory" in read(root).addresses()


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error"), FileNotFoundError()], ids=repr
)
def test_unreadable_files(
    error: OSError, base: Base, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also one that is gone when it is its turn. (root may read everything, so the failure is made.)"""
    root = base({"secret/sender.py": SENDER, "secret/other.py": b"from secret import sender\n", "template.yaml": "x"})
    read = WorkTree.read

    def refusing(self: WorkTree, path: str) -> bytes:
        if path in ("secret/sender.py", "template.yaml"):
            raise error
        return read(self, path)

    monkeypatch.setattr(WorkTree, "read", refusing)
    assert main(["check", "--root", str(root), "--no-cache", "--format", "json"]) in (0, 1)
    out, err = capfd.readouterr()
    assert err == ""
    said = json.loads(out)
    unread = [each["file"] for each in said["summary"]["problems"]]
    assert [file for file in unread if file.endswith(".py")] == ["secret/sender.py"]
    assert said["summary"]["operations"] == 1
