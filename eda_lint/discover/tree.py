"""A code base as files: the work tree, or a git ref read from git's objects without a checkout.

Paths are relative to the root, with forward slashes; a byte that is no UTF-8 is a surrogate, as `os.fsdecode` makes
it. A link to a file inside the tree is read as that file; a link that leads outside, and a link to a directory, is
no entry, so nothing outside the root is ever read and no loop can be entered.
"""

from __future__ import annotations

import errno
import hashlib
import os
import posixpath
import stat
import subprocess
import threading
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

from eda_lint.config import PathPatterns
from eda_lint.discover import git
from eda_lint.discover.ignored import walk
from eda_lint.errors import GitError

_LINKS = 40
"""Links followed in a row, as Linux does."""


class Tree(Protocol):
    """A code base as files."""

    def paths(self) -> tuple[str, ...]:
        """All files, sorted."""

    def read(self, path: str) -> bytes:
        """A file's content. Raises OSError: FileNotFoundError for what is not among `paths()`."""

    def digest(self, path: str) -> str:
        """A hash of a file's content, the same in every kind of tree. Raises OSError as `read` does."""


def digest_of(content: bytes) -> str:
    """The hash by which content is known."""
    return hashlib.blake2b(content, digest_size=32).hexdigest()


class WorkTree:
    """The files on disk: what git tracks and what it does not ignore, or a walk where there is no git."""

    def __init__(
        self,
        root: Path,
        *,
        exclude: Iterable[str] = (),
        respect_gitignore: bool = True,
        tracked_only: bool = False,
    ) -> None:
        """Raises GitError only where `tracked_only` needs git and it cannot answer, and ConfigError for a
        malformed pattern in `exclude`."""
        self.root = Path(os.path.realpath(root))
        patterns = PathPatterns(exclude)
        unentered: set[str] = set()
        names: Iterable[str] = ()
        try:
            names = _listed(self.root, respect_gitignore=respect_gitignore, tracked_only=tracked_only)
            # A root that an outer repository ignores as a whole is meant to be read all the same.
            from_git = bool(names) or tracked_only
        except GitError:
            if tracked_only:
                raise
            from_git = False
        if not from_git:
            names = walk(self.root, patterns, respect_gitignore=respect_gitignore, unreadable=unentered)
        self.from_git = from_git
        """Whether git told the files."""
        self._paths = tuple(sorted(set(self._files(names, patterns, unentered))))
        self._known = frozenset(self._paths)
        self.unentered = tuple(sorted(unentered))
        """Directories that were not looked into: submodules, repositories inside this one, unreadable ones."""

    def paths(self) -> tuple[str, ...]:
        """All files, sorted."""
        return self._paths

    def read(self, path: str) -> bytes:
        """A file's content. Raises OSError: FileNotFoundError for what is not among `paths()`."""
        if path not in self._known:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return (self.root / path).read_bytes()

    def digest(self, path: str) -> str:
        """A hash of a file's content. Raises OSError as `read` does."""
        return digest_of(self.read(path))

    def _files(self, names: Iterable[str], patterns: PathPatterns, unentered: set[str]) -> Iterator[str]:
        """Of the names, those that are files here and now: git also tells of deleted files and submodules."""
        top = str(self.root)
        real: dict[str, bool] = {"": True}
        for name in names:
            if patterns.match(name):
                continue
            if name.endswith("/"):
                unentered.add(name.rstrip("/"))
                continue
            full = f"{top}/{name}"
            try:
                mode = os.lstat(full).st_mode
            except (OSError, ValueError):
                continue
            if stat.S_ISLNK(mode):
                if self._leads_to_file(full):
                    yield name
            elif stat.S_ISREG(mode):
                if _is_real(self.root, posixpath.dirname(name), real):
                    yield name
            elif stat.S_ISDIR(mode):
                unentered.add(name)

    def _leads_to_file(self, full: str) -> bool:
        target = Path(os.path.realpath(full))
        return target.is_relative_to(self.root) and target.is_file()


def _listed(root: Path, *, respect_gitignore: bool, tracked_only: bool) -> tuple[str, ...]:
    """Git's answer. (Without a repository it says no, and with another owner's repository as well.)"""
    switches = ["--cached"]
    if not tracked_only:
        switches.append("--others")
        if respect_gitignore:
            switches.append("--exclude-standard")
    return tuple(git.split_names(git.ask(root, "ls-files", "-z", *switches, index=True)))


def _is_real(root: Path, directory: str, known: dict[str, bool]) -> bool:
    """Whether no part of a directory is a link: git still tells files below a directory that became one."""
    unknown = []
    while directory not in known:
        unknown.append(directory)
        directory = posixpath.dirname(directory)
    verdict = known[directory]
    for part in reversed(unknown):
        verdict = verdict and not (root / part).is_symlink()
        known[part] = verdict
    return verdict


class GitTree:
    """The files of a commit, below the root. Content comes through one `git cat-file --batch` process.

    Filters and line end conversion are not applied: content is what is committed. Usable from several threads;
    `close` (or leaving a `with`) ends the process, and so does the end of the object.
    """

    def __init__(self, root: Path, ref: str, exclude: Iterable[str] = ()) -> None:
        """Raises GitError where there is no repository or no such commit, and ConfigError for a malformed pattern."""
        self.root = Path(os.path.realpath(root))
        self.commit = git.commit_of(self.root, ref)
        """The commit's full id."""
        patterns = PathPatterns(exclude)
        blobs, links = self._entries()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stop: weakref.finalize[..., GitTree] | None = None
        self._blobs = blobs | self._resolved(blobs, links)
        self._paths = tuple(sorted(path for path in self._blobs if not patterns.match(path)))
        self._known = frozenset(self._paths)

    def paths(self) -> tuple[str, ...]:
        """All files, sorted."""
        return self._paths

    def read(self, path: str) -> bytes:
        """A file's content. Raises OSError: FileNotFoundError for what is not among `paths()`, and OSError for
        an object that the repository lacks (a partial clone)."""
        if path not in self._known:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return self._blob(self._blobs[path], path)

    def digest(self, path: str) -> str:
        """A hash of a file's content. Raises OSError as `read` does."""
        return digest_of(self.read(path))

    def close(self) -> None:
        """End the process; a later `read` starts another."""
        with self._lock:
            self._close()

    def __enter__(self) -> GitTree:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _close(self) -> None:
        if self._stop is not None:
            self._stop()
        self._process = self._stop = None

    def _entries(self) -> tuple[dict[str, str], dict[str, str]]:
        """Path → object of the files and of the links; submodules are left out."""
        blobs: dict[str, str] = {}
        links: dict[str, str] = {}
        # Run inside the root, ls-tree tells what lies below it, named from it.
        for entry in git.split_names(git.ask(self.root, "ls-tree", "-r", "-z", self.commit)):
            about, _, path = entry.partition("\t")
            mode, kind, name = about.split(" ")
            if kind == "blob":
                (links if mode == "120000" else blobs)[path] = name
        return blobs, links

    def _resolved(self, blobs: dict[str, str], links: dict[str, str]) -> dict[str, str]:
        """Links that lead to a file of the tree, with that file's object."""
        targets = {path: self._target(path, name) for path, name in links.items()}
        found = {}
        for path in links:
            at: str | None = path
            for _ in range(_LINKS):
                at = targets.get(at) if at is not None else None
                if at is None or at in blobs:
                    break
            if at is not None and at in blobs:
                found[path] = blobs[at]
        return found

    def _target(self, path: str, name: str) -> str | None:
        try:
            text = os.fsdecode(self._blob(name, path))
        except OSError:
            return None
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), text))
        return None if target.startswith(("/", "../")) else target

    def _blob(self, name: str, path: str) -> bytes:
        with self._lock:
            complete = False
            try:
                content = self._reply(name)
                complete = True
            except (BrokenPipeError, ValueError) as error:
                raise OSError(errno.EIO, "git ended while it was asked", path) from error
            finally:
                if not complete:
                    self._close()  # whatever is left of this reply must not be taken for the next one
        if content is None:
            raise OSError(errno.EIO, "git lacks the object", path)
        return content

    def _reply(self, name: str) -> bytes | None:
        """Content of an object, or None where git has none. Raises ValueError for a reply that makes no sense."""
        source, replies = self._pipes()
        source.write(name.encode("ascii") + b"\n")
        source.flush()
        match replies.readline().split():
            case [_, b"missing"]:
                return None
            case [_, b"blob", size]:
                content = replies.read(int(size) + 1)
                if len(content) != int(size) + 1:
                    raise ValueError("a reply was cut short")
                return content[:-1]
            case header:
                raise ValueError(f"git replied {header!r}")

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(
                git.command("cat-file", "--batch"),
                cwd=self.root,
                env=git.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._stop = weakref.finalize(self, _end, self._process)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


def _end(process: subprocess.Popen[bytes]) -> None:
    """Closing its input ends `cat-file`; its output is closed as well, so that no descriptor is left."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    process.wait()
