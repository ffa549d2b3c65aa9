"""Declared packages in environments of every layout, found without running anything."""

from __future__ import annotations

import os
import sys
import venv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eda_lint.discover.environments import Environment, default_environment, find_environment
from eda_lint.discover.installed import Installed, find_installed

SITE = "lib/python3.12/site-packages"
POSIX = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def inside(found: Installed) -> list[str]:
    return [path.removeprefix("<site-packages>/") for path in found.files]


def directories(environment: Environment | None, root: Path) -> list[str]:
    assert environment is not None
    return [directory.relative_to(root).as_posix() for directory in environment.directories]


# ----------------------------------------------------------------------------------------- environments


@pytest.mark.parametrize(
    "site",
    [
        SITE,
        "Lib/site-packages",
        "lib/python3/dist-packages",
        "local/lib/python3.11/dist-packages",
        "lib64/python3.13/site-packages",
    ],
)
def test_layouts_of_a_prefix(tmp_path: Path, site: str) -> None:
    write(tmp_path, {f"{site}/acme.py": ""})
    assert directories(find_environment(tmp_path), tmp_path) == [site]
    assert inside(find_installed(["acme"], tmp_path, tmp_path)) == ["acme.py"]


def test_of_several_pythons_the_environments_own_else_the_newest(tmp_path: Path) -> None:
    write(tmp_path, {f"lib/python3.{n}/site-packages/x.py": "" for n in (9, 11, 12)})
    assert directories(find_environment(tmp_path), tmp_path) == ["lib/python3.12/site-packages"]
    write(tmp_path, {"pyvenv.cfg": "home = /usr/bin\nversion = 3.9.2\n"})
    assert directories(find_environment(tmp_path), tmp_path) == ["lib/python3.9/site-packages"]
    write(tmp_path, {"bin/python3.11": ""})
    assert directories(find_environment(tmp_path / "bin/python3.11"), tmp_path) == ["lib/python3.11/site-packages"]


@POSIX
def test_an_interpreter_that_is_a_link(tmp_path: Path) -> None:
    write(tmp_path, {"opt/bin/python3.12": "", f"opt/{SITE}/acme.py": "", "bin/other": ""})
    (tmp_path / "bin/python").symlink_to("../opt/bin/python3.12")
    assert directories(find_environment(tmp_path / "bin/python"), tmp_path) == [f"opt/{SITE}"]
    write(tmp_path, {f"env/{SITE}/acme.py": "", "env/pyvenv.cfg": "version = 3.12.1"})
    (tmp_path / "env/bin").mkdir()
    (tmp_path / "env/bin/python").symlink_to("../../opt/bin/python3.12")
    assert directories(find_environment(tmp_path / "env/bin/python"), tmp_path) == [f"env/{SITE}"]


def test_system_packages_are_seen_where_the_environment_sees_them(tmp_path: Path) -> None:
    settings_file = f"home = {tmp_path / 'usr/bin'}\ninclude-system-site-packages = true\nversion = 3.12.1\n"
    write(tmp_path, {f"env/{SITE}/a.py": "", "env/pyvenv.cfg": settings_file, f"usr/{SITE}/b.py": ""})
    assert directories(find_environment(tmp_path / "env"), tmp_path) == [f"env/{SITE}", f"usr/{SITE}"]


def test_a_directory_that_holds_packages_itself(tmp_path: Path) -> None:
    write(tmp_path, {"acme.py": "", "acme-1.dist-info/METADATA": "Name: acme\n"})
    assert inside(find_installed(["acme"], tmp_path, tmp_path)) == ["acme.py"]
    assert find_environment(write(tmp_path / "other", {"acme.py": ""})) is None
    assert find_environment(tmp_path / "none") is None


def test_a_real_virtual_environment_is_told_by_its_directory_and_by_its_interpreter(tmp_path: Path) -> None:
    venv.create(tmp_path / ".venv", with_pip=False, symlinks=os.name != "nt")
    scripts = tmp_path / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    interpreter = scripts / ("python.exe" if os.name == "nt" else "python")
    by_directory = find_environment(tmp_path / ".venv")
    assert by_directory is not None
    assert by_directory == find_environment(interpreter)
    assert default_environment(tmp_path) == tmp_path / ".venv"
    assert find_environment(Path(sys.executable)) is not None


# --------------------------------------------------------------------------------------------- packages


def test_packages_modules_and_names_of_distributions(tmp_path: Path) -> None:
    write(
        tmp_path / SITE,
        {
            "acme_events/__init__.py": "",
            "acme_events/deep/bus.py": "",
            "acme_events/__pycache__/bus.py": "",
            "acme_events/data.json": "",
            "single.py": "",
            "Acme.Mail-2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: Acme.Mail\nVersion: 2.0\n",
            "Acme.Mail-2.0.dist-info/RECORD": "post/__init__.py,,\npost/box.py,,\nAcme.Mail-2.0.dist-info/METADATA,,\n",
            "post/__init__.py": "",
            "post/box.py": "",
        },
    )
    found = find_installed(["acme_events", "single", "acme-mail", "absent", "not a name"], tmp_path, tmp_path, "env")
    assert inside(found) == ["acme_events/__init__.py", "acme_events/deep/bus.py", "post/__init__.py", "post/box.py",
                             "single.py"]  # fmt: skip
    assert found.names == ("acme_events", "post", "single")
    assert found.unread == (
        ("absent", "no Python source of it in env"),
        ("not a name", "no Python source of it in env"),
    )


def test_portions_of_a_namespace_and_packages_inside_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            f"{SITE}/acme/events/__init__.py": "",
            f"{SITE}/more.pth": "../../../more\n# comment\nimport os; os.abort()\n\nabsent\n",
            "more/acme/mail/__init__.py": "",
            "more/acme/events/__init__.py": "",
            f"{SITE}/old/__init__.py": "",
            f"{SITE}/old/inner/__init__.py": "",
        },
    )
    assert inside(find_installed(["acme"], tmp_path, tmp_path)) == ["acme/events/__init__.py", "acme/mail/__init__.py"]
    assert inside(find_installed(["acme.mail"], tmp_path, tmp_path)) == ["acme/mail/__init__.py"]
    # A package's own `__init__.py` runs before what is in it.
    assert inside(find_installed(["old.inner"], tmp_path, tmp_path)) == ["old/__init__.py", "old/inner/__init__.py"]


def test_editable_installs(tmp_path: Path) -> None:
    project = tmp_path / "project"
    finder = (
        "import sys\nraise SystemExit('it was run')\n"
        f"MAPPING: dict[str, str] = {{'mapped': {str(project / 'src/mapped')!r}, 'one': {str(project / 'one')!r}}}\n"
    )
    write(
        tmp_path,
        {
            f"{SITE}/plain.pth": str(project / "lib"),
            f"{SITE}/__editable__.acme-1.pth": "import __editable___acme_1_finder; __editable___acme_1_finder.x()",
            f"{SITE}/__editable___acme_1_finder.py": finder,
            f"{SITE}/built-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: built\nVersion: 1\n",
            f"{SITE}/built-1.dist-info/direct_url.json": (
                f'{{"url": "{project.as_uri()}", "dir_info": {{"editable": true}}}}'
            ),
            "project/lib/plain/__init__.py": "",
            "project/src/mapped/__init__.py": "",
            "project/src/mapped/bus.py": "",
            "project/one.py": "",
            "project/src/built/__init__.py": "",
        },
    )
    declared = ["plain", "mapped", "one", "built"]
    found = find_installed(declared, tmp_path, tmp_path)
    assert found.unread == ()
    assert inside(found) == ["built/__init__.py", "mapped/__init__.py", "mapped/bus.py", "one.py", "plain/__init__.py"]
    assert inside(find_installed(["mapped.bus"], tmp_path, tmp_path)) == ["mapped/__init__.py", "mapped/bus.py"]


def test_no_environment(tmp_path: Path) -> None:
    assert find_installed(["a"], None, tmp_path).unread == (("a", "no environment: name one with `python`"),)
    assert find_installed(["a"], tmp_path / "env", tmp_path).unread == (("a", "no environment at env"),)


# ---------------------------------------------------------------------------------------------- hostile


@POSIX
def test_loops_and_what_is_no_file(tmp_path: Path) -> None:
    package = write(tmp_path / SITE, {"acme/__init__.py": ""}) / "acme"
    (package / "loop").symlink_to(package, target_is_directory=True)
    (package / "gone.py").symlink_to(package / "absent")
    (package / "folder.py").mkdir()
    os.mkfifo(package / "pipe.py")
    assert inside(find_installed(["acme"], tmp_path, tmp_path)) == ["acme/__init__.py"]


@pytest.mark.parametrize(
    "finder", ["", "MAPPING = 1", "MAPPING = f()", "MAPPING = {1: 'x', 'a': 2}", "(", "\0", "[" * 5000, "MAPPING: dict"]
)
def test_finders_that_make_no_sense(tmp_path: Path, finder: str) -> None:
    write(tmp_path / SITE, {"x.pth": "import __editable___x_finder", "__editable___x_finder.py": finder})
    environment = find_environment(tmp_path)
    assert environment is not None
    assert environment.mapped == {}


@settings(max_examples=40, deadline=None)
@given(pth=st.text(max_size=60), cfg=st.text(max_size=60), url=st.text(max_size=60))
def test_strange_metadata_is_no_error(tmp_path_factory: pytest.TempPathFactory, pth: str, cfg: str, url: str) -> None:
    root = tmp_path_factory.mktemp("env")
    for path, text in {
        f"{SITE}/a.pth": pth, "pyvenv.cfg": cfg, f"{SITE}/a-1.dist-info/direct_url.json": url,
        f"{SITE}/a-1.dist-info/METADATA": url, f"{SITE}/a-1.dist-info/top_level.txt": pth,
    }.items():  # fmt: skip
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", errors="surrogatepass")
    find_installed(["a", "a.b", "ä-ö"], root, root)
