"""What people install: declared dependencies and packages, what the registry leaves out, and a wheel that narrates."""

from __future__ import annotations

import ast
import fnmatch
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from source_tree import FOLDERS, ROOT, imports, sources, syntax

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, SETUPTOOLS = PYPROJECT["project"], PYPROJECT["tool"]["setuptools"]
DISTRIBUTIONS = {"PIL": "pillow"}  # where a package's name is not its distribution's
BROUGHT_BY_COMFYUI = {"torch", "transformers", "tokenizers", "safetensors", "numpy", "pillow", "av", "tqdm"}
WITHOUT_DEPENDENCIES = {"distillmos"}  # named in a comment beside the extra: its own dependencies are not wanted
HOST = {"comfy", "comfy_api", "folder_paths"}


def distributions(requirements: list[str]) -> set[str]:
    """``["torch>=2.5"]`` -> ``{"torch"}``."""
    return {re.split(r"[^\w.-]", requirement.strip())[0].lower().replace("_", "-") for requirement in requirements}


def imported(folder: str) -> set[str]:
    """The distributions that the files of a top-level folder import."""
    names = {
        found.package
        for name in sources()
        if name.split(".")[0] == folder
        for found in imports(name)
        if not found.level
    }
    return {DISTRIBUTIONS.get(name, name).lower() for name in names - sys.stdlib_module_names}


DECLARED = distributions(PROJECT["dependencies"])
EXTRAS = {name: distributions(wanted) for name, wanted in PROJECT["optional-dependencies"].items()}


def test_every_import_is_declared_and_every_dependency_imported():
    everyday = set().union(*(imported(folder) for folder in FOLDERS if folder != "research"))
    assert everyday - HOST == DECLARED
    assert imported("research") <= DECLARED | EXTRAS["training"] | EXTRAS["evaluation"]


def test_every_research_tool_is_in_an_extra():
    """``tool("module", "package==version")`` names what a person is to install."""
    wanted = distributions(list(research_tools()))
    assert len(wanted) >= 8
    assert wanted <= EXTRAS["training"] | EXTRAS["evaluation"] | WITHOUT_DEPENDENCIES


def research_tools() -> Iterator[str]:
    calls = (node for name in sources() if name.startswith("research") for node in ast.walk(syntax(name)))
    for call in calls:
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("tool", "package_folder"):
            package = call.args[1]
            if isinstance(package, ast.Constant) and isinstance(package.value, str):
                yield package.value


def test_comfyui_installs_what_it_does_not_bring():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert distributions(wanted) == DECLARED - BROUGHT_BY_COMFYUI


def test_linters_are_pinned():
    pinned = [wanted for wanted in PROJECT["optional-dependencies"]["test"] if "==" in wanted]
    assert distributions(pinned) >= {"ruff", "pyright"}


def test_documents_name_the_projects_own_address():
    address = PROJECT["urls"]["Repository"]
    documents = [path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/**/*.yml"))]
    clones = re.findall(r"git clone (\S+)", "\n".join(path.read_text(encoding="utf-8") for path in documents))
    assert clones and set(clones) == {address}


def package_folders() -> set[Path]:
    return {path.parent.relative_to(ROOT) for path in sources().values()}


def test_the_package_list_is_the_folders():
    folders = {".".join(("narrating_face", *folder.parts)) for folder in package_folders()}
    assert sorted(SETUPTOOLS["packages"]) == SETUPTOOLS["packages"] == sorted(folders)
    assert [folder for folder in package_folders() if not (ROOT / folder / "__init__.py").exists()] == []


def test_the_registry_leaves_out_nothing_that_is_imported():
    ignored = (ROOT / ".comfyignore").read_text(encoding="utf-8").split()
    shipped = {path.relative_to(ROOT).as_posix() for path in sources().values()} | {
        "web/",
        "workflows/",
        "requirements.txt",
    }
    assert [path for path in shipped for pattern in ignored if is_ignored(path, pattern)] == []
    assert "tests/" in ignored


def is_ignored(path: str, pattern: str) -> bool:
    """As .gitignore would, for the patterns used: a folder, or a name with stars."""
    parts = path.split("/")
    return any(fnmatch.fnmatch(part, pattern.rstrip("/")) for part in parts)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the tree: setuptools leaves its folders beside what it builds."""
    copy, out = tmp_path_factory.mktemp("tree") / "narrating-face", tmp_path_factory.mktemp("wheel")
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "out", "tests", "docs")
    shutil.copytree(ROOT, copy, ignore=left_out)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", out, copy)
    return next(out.glob("*.whl"))


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_its_packages(wheel: Path):
    files = {path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()}
    wanted = {path for path in files if "__pycache__" not in path.parts} | {ROOT / "py.typed", *ROOT.glob("__*__.py")}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == {f"narrating_face/{path.relative_to(ROOT).as_posix()}" for path in wanted}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment with the wheel in it.

    A .pth file lends it the running environment's packages, torch among them; .pth files found there, an editable
    install's included, are not followed.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    scripts, executable = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = folder / scripts / executable
    pip("--python", python, "install", "--no-deps", "--no-index", wheel)
    site = next(folder.rglob("site-packages"))
    (site / "running.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def run(folder: Path, *command: str | Path) -> str:
    """Standard output of a command that runs in ``folder`` and knows nothing of this checkout."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(list(map(str, command)), cwd=folder, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_installed_wheel_narrates(installed: Path, tmp_path: Path):
    found = run(tmp_path, installed, "-c", "import narrating_face; print(narrating_face.__file__)")
    assert Path(found.strip()).resolve().is_relative_to(installed.parents[1].resolve())
    run(tmp_path, installed, "-m", "narrating_face", "narrate", "--text", "Hi.", "--out", "hi.mp4")
    with av.open(str(tmp_path / "hi.mp4")) as video:
        assert {stream.type for stream in video.streams} == {"video", "audio"}


@pytest.mark.slow
def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path):
    assert run(tmp_path, installed.with_name("narrating-face"), "--version") == f"narrating-face {PROJECT['version']}\n"
