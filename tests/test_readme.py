"""The documents keep their promises: the example runs, links and paths lead somewhere, commands are those of CI."""

from __future__ import annotations

import re
import runpy
import shlex
from contextlib import suppress
from pathlib import Path

import av
import pytest
from narrating_face.cli.arguments import build_parser

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCUMENTS = [
    *(README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "model_loaders" / "starter" / "weights" / "README.md",
]
HELP_PAGES = sorted((ROOT / "web" / "docs").glob("*.md"))
MAX_README_LINES = 100
MAX_PICTURE_BYTES = 1_500_000
MAX_HELP_COLUMNS = 3  # of a table in ComfyUI's narrow help panel

FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|\bsrc=\"([^\"]+)\"")
CODE = re.compile(r"`([^`\n]+)`")
FOLDERS = "benchmarks|cli|core|docs|model_loaders|nodes|research|tests|web|workflows"
PATH = re.compile(rf"(?:{FOLDERS})/[\w./-]*")
MODULE = re.compile(rf"\bnarrating_face\.((?:{FOLDERS})(?:\.[A-Za-z_]+)*)|`((?:{FOLDERS})(?:\.[A-Za-z_]+)+)`")
COMMANDS = ("ruff check .", "ruff format --check .", "pyright")
COMMAND = re.compile(r"(?:^|&& )narrating-face ((?:\\\n|[^\n#])*)", re.MULTILINE)  # up to a comment
MENTION = re.compile(r"`narrating-face ([^`\n]+)`")
QUICK_TESTS = 'pytest -m "not comfy and not slow"'


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_readme_is_short():
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MAX_README_LINES


@pytest.mark.slow
def test_python_example_of_the_readme_makes_a_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (example,) = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    variables = runpy.run_path("example.py")
    (video,) = tmp_path.glob("*.mp4")
    with av.open(str(video)) as container:
        assert container.streams.audio
        assert sum(1 for _ in container.decode(video=0)) == variables["narration"].frame_count


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document: Path):
    for link in links(document):
        target, _, anchor = link.partition("#")
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), f"{name(document)} links to {link}"
        if anchor:
            assert anchor in anchors(path), f"{name(document)} links to {link}"


@pytest.mark.parametrize("document", [*DOCUMENTS, *HELP_PAGES], ids=name)
def test_paths_and_modules_exist(document: Path):
    text = document.read_text(encoding="utf-8")
    named = [span for span in CODE.findall(FENCED.sub("", text)) if PATH.fullmatch(span)]
    modules = [(full or short).replace(".", "/") for full, short in MODULE.findall(text)]
    missing = [path for path in named if not (ROOT / path).exists()]
    missing += [module for module in modules if not is_module(module)]
    assert not missing, f"{name(document)} names {missing}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_commands_parse(document: Path, capsys: pytest.CaptureFixture[str]):
    text = document.read_text(encoding="utf-8")
    for block in FENCED.findall(text):
        for command in COMMAND.findall(block):
            build_parser().parse_args(shlex.split(command.replace("\\\n", " ")))
    for command in MENTION.findall(FENCED.sub("", text)):
        with suppress(SystemExit):  # --help, and a command that is only named, without what it requires
            build_parser().parse_args(shlex.split(command))
            continue
        assert re.search("usage:|arguments are required", "".join(capsys.readouterr())), command


@pytest.mark.parametrize("page", HELP_PAGES, ids=name)
def test_tables_of_help_pages_are_narrow(page: Path):
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert rows and all(line.strip("|").count("|") < MAX_HELP_COLUMNS for line in rows)


def test_the_moving_picture_is_small():
    picture = next(link for link in links(README) if Path(link).suffix in (".gif", ".webp"))
    assert (README.parent / picture).stat().st_size <= MAX_PICTURE_BYTES


@pytest.mark.parametrize("file", [".ci/run", ".github/workflows/ci.yml", "CONTRIBUTING.md"])
def test_ci_and_contributors_run_the_same_commands(file: str):
    lines = [line.strip().removeprefix("- run: ") for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    assert set(COMMANDS) <= set(lines)
    everything = [line for line in lines if re.match(r"pytest( --\S+)*$", line)]  # no selection
    assert everything if file == ".ci/run" else QUICK_TESTS in lines


def test_hooks_use_the_linter_of_the_test_extra():
    (pinned,) = re.findall(r'"(ruff==[\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hooks = re.findall(r'"(ruff==[\d.]+)"', (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert hooks and set(hooks) == {pinned}


def links(document: Path) -> list[str]:
    """Relative links and pictures of a document."""
    text = CODE.sub("", FENCED.sub("", document.read_text(encoding="utf-8")))
    found = [markdown or source for markdown, source in LINK.findall(text)]
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_module(path: str) -> bool:
    """Whether a dotted name, written with slashes, is a module, a package, or a name inside a module."""
    place, _, inside = (ROOT / path).as_posix().rpartition("/")
    if Path(f"{place}/{inside}.py").exists() or Path(f"{place}/{inside}").is_dir():
        return True
    module = Path(f"{place}.py")
    return module.exists() and re.search(rf"\b{inside}\b", module.read_text(encoding="utf-8")) is not None
