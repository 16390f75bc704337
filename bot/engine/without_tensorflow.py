"""Lets Rasa be imported without TensorFlow (docs/decisions/0004).

Rasa imports TensorFlow at a hundred places, whatever its pipeline holds; ours holds no neural network.  Importing it
costs ten seconds of every start and 300 MB.  While Rasa is served, the name stands for something empty instead: a class
that any other can inherit from, decorate with, or look into, and that computes nothing.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from typing import Any, Iterator, Optional, Sequence

ABSENT_PACKAGES = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"})


class _Nothing(type):
    """Type of `Absent`: every attribute of it, and every call, is `Absent` again; as a decorator it does nothing."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Absent:
            return super().__call__(*args, **kwargs)
        decorates = len(args) == 1 and not kwargs and callable(args[0])
        return args[0] if decorates else Absent

    def __getitem__(cls, key: Any) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        return iter(())


class Absent(metaclass=_Nothing):
    """What stands for every name of an absent package."""


class _AbsentModule(types.ModuleType):
    __path__: Sequence[str] = []
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[types.ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.split(".")[0] not in ABSENT_PACKAGES:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """An absent module has nothing to run."""


def leave_tensorflow_out() -> None:
    """Make TensorFlow absent for everything that is imported from now on; call it before Rasa is imported.

    spaCy asks by itself whether TensorFlow is there and must hear a plain no, so it is imported first.
    """
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    import spacy  # noqa: F401

    del sys.modules["tensorflow"]
    sys.meta_path.insert(0, _Finder())
