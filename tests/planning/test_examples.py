"""The examples in the docstrings of the core run as they are printed."""

import doctest
import importlib
import pkgutil

import pytest

import api.planning

MODULES = sorted(module.name for module in pkgutil.iter_modules(api.planning.__path__))
WITH_EXAMPLES = {"conditions", "intake", "particles", "plan", "reasons"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    result = doctest.testmod(importlib.import_module(f"api.planning.{name}"))
    assert result.failed == 0
    assert result.attempted > 0 or name not in WITH_EXAMPLES


@pytest.mark.parametrize("name", MODULES)
def test_the_core_sees_only_itself_and_the_standard_library(name):
    import ast
    import sys
    from pathlib import Path

    tree = ast.parse((Path(api.planning.__path__[0]) / f"{name}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for imported in names:
            allowed = imported.startswith("api.planning") or imported.split(".")[0] in sys.stdlib_module_names
            assert allowed or (name == "solver" and imported.startswith("ortools")), (name, imported)
