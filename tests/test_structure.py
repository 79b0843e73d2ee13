"""Nothing is forgotten in pyproject.toml, the door is what it says, and the command line starts light."""

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import medtext.plugin
from medtext.plugin.loading import load_registry

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]
POINTS: dict[str, str] = PROJECT["project"]["entry-points"]["medtext"]
FOLDERS: dict[str, str] = SETUPTOOLS["package-dir"]
BANNED = PROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-module-level-imports"]
HEAVY = {"torch", "captum", "transformers", "pandas", "matplotlib", "jieba", "sklearn", *BANNED}


def module_name(file: Path) -> str:
    """Return the name that a file of a package is imported by."""
    package, folder = next(
        (name, ROOT / folder) for name, folder in FOLDERS.items() if file.is_relative_to(ROOT / folder)
    )
    parts = file.relative_to(folder).with_suffix("").parts
    return ".".join((package, *parts)).removesuffix(".__init__")


def sources(*folders: str) -> list[Path]:
    """Return the Python files of folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_the_packages_are_the_folders_there_are() -> None:
    found = [module_name(file) for file in sources(*FOLDERS.values()) if file.name == "__init__.py"]
    assert SETUPTOOLS["packages"] == sorted(found)


def test_every_folder_of_python_files_is_a_package() -> None:
    assert {file.parent for file in sources(*FOLDERS.values())} == {
        file.parent for file in sources(*FOLDERS.values()) if file.name == "__init__.py"
    }


def test_other_files_of_the_packages_are_shipped() -> None:
    for package, patterns in SETUPTOOLS["package-data"].items():
        folder = ROOT / FOLDERS[package]
        shipped = {file for pattern in patterns for file in folder.glob(pattern)}
        needed = {
            file
            for file in folder.rglob("*")
            if file.is_file() and file.suffix not in {".py", ".pyc"} and file != folder / "README.md"
        }
        assert sorted(needed - shipped) == []
        assert all(any(folder.glob(pattern)) for pattern in patterns)


def test_the_entry_points_are_the_modules_that_implement_a_hook() -> None:
    hooks = [file for file in sources("plugins") if "@hookimpl" in file.read_text(encoding="utf-8")]
    modules = {module_name(file) for file in hooks}
    assert set(POINTS.values()) == modules
    for point, module in POINTS.items():
        _, folder, name = module.split(".")
        assert point == f"{folder}.{name.replace('_', '-')}"
    assert list(POINTS) == sorted(POINTS)


@pytest.mark.parametrize("point", POINTS)
def test_a_built_in_plugin_implements_the_hook_of_its_folder_only(point: str) -> None:
    module = importlib.import_module(POINTS[point])
    hooks = [name for name in vars(module) if hasattr(getattr(module, name), "medtext_impl")]
    assert hooks == [f"medtext_{point.partition('.')[0]}"]


def test_everything_that_is_installed_loads() -> None:
    registry = load_registry(strict=True)
    built_in = {offer.plugin.name.removeprefix("medtext/") for offer in registry.offers()}
    assert set(POINTS) <= built_in


def run(code: str, *arguments: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, encoding="utf-8", cwd=ROOT
    )
    return done.stdout


STARTED = """
import sys
from medtext.cli import main
try:
    main()
except SystemExit as ended:
    print("\\nended", ended.code)
print("loaded", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ("--help", "COMMAND [ARGS]"),
        ("train --help", "--dataset"),
        ("prepare LICENSE --mask all --preview 1", "before: MIT"),
        ("plugins --options", "text-cnn"),
        ("runs --help", "export"),
        ("--version", "."),
    ],
)
def test_what_needs_no_network_loads_no_heavy_library(arguments: str, shown: str) -> None:
    printed = run(STARTED, *arguments.split())
    loaded = set(printed.rpartition("loaded ")[2].split())
    assert shown in printed
    assert "\nended 0\n" in printed
    assert "typer" in loaded
    assert loaded & HEAVY == set()


def test_the_door_alone_loads_next_to_nothing() -> None:
    loaded = set(run("import sys, medtext.plugin; print(*{name.partition('.')[0] for name in sys.modules})").split())
    assert "medtext" in loaded
    assert loaded & (HEAVY | {"numpy", "typer", "rich"}) == set()


@pytest.mark.parametrize("point", POINTS)
def test_a_plugin_that_is_only_asked_what_it_offers_loads_no_heavy_library(point: str) -> None:
    loaded = run(f"import sys, {POINTS[point]}; print(*{{name.partition('.')[0] for name in sys.modules}})").split()
    assert "medtext_plugins" in loaded
    assert set(loaded) & HEAVY == set()


DOOR = ast.parse((ROOT / "medtext" / "plugin" / "__init__.py").read_text(encoding="utf-8"))


def imported(nodes: list[ast.stmt]) -> dict[str, str]:
    """Return the names that statements import from the engine, and from where."""
    return {
        name.asname or name.name: str(node.module)
        for node in nodes
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("medtext.")
        for name in node.names
    }


def test_the_door_offers_what_it_imports_now_or_later() -> None:
    eager, later = imported(DOOR.body), medtext.plugin._LATER
    assert set(eager).isdisjoint(later)
    assert sorted(medtext.plugin.__all__) == sorted([*eager, *later])


def test_the_door_shows_type_checkers_what_it_gives_later() -> None:
    (checking,) = [node for node in DOOR.body if isinstance(node, ast.If)]
    assert imported(checking.body) == medtext.plugin._LATER


@pytest.mark.parametrize("name", medtext.plugin.__all__)
def test_every_name_of_the_door_is_what_stands_behind_it(name: str) -> None:
    home = {**imported(DOOR.body), **medtext.plugin._LATER}[name]
    assert getattr(medtext.plugin, name) is getattr(importlib.import_module(home), name)


def test_a_name_that_the_door_has_not_is_missing_as_usual() -> None:
    assert not hasattr(medtext.plugin, "Trainer")
    with pytest.raises(ImportError, match=r"cannot import name 'Trainer' from 'medtext\.plugin'"):
        from medtext.plugin import Trainer  # noqa: F401
