"""The steps of the set-up: what each needs, what it leaves behind, and how it is done.

Runs on the standard library of any Python from 3.10 on, like everything that stands before the environments.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from deploy.pythons import find_python

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
TOOL_BIN = TOOLS / "python" / "bin"
APP_PYTHON = ROOT / ".venv" / "bin" / "python"
ENGINE_PYTHON = ROOT / ".venv-engine" / "bin" / "python"
# Who builds front-end files from npm packages (each calls `npm ci` in its folder), and the folder it leaves.
FRONT_ENDS = (("api.console.build", "api/console/static/vendor"), ("bot.widget.build", "bot/widget/dist"))
_NPM_CURE = "The front-end files could not be built: is the npm registry reachable from here?"

# What the test suite needs from the system: how to see that it is there, and the Debian package that brings it.
SERVICES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Chromium", ("/usr/bin/chromium", "/usr/bin/chromium-browser"), "chromium"),
    ("PostgreSQL", ("/usr/lib/postgresql/*/bin/initdb",), "postgresql"),
    ("Redis", ("/usr/bin/redis-server",), "redis-server"),
    ("Nanum fonts", ("/usr/share/fonts/truetype/nanum/*.ttf",), "fonts-nanum"),
)

Work = Callable[["Shell"], None]


class StepFailed(Exception):
    """A step of the set-up could not be done; the message says what failed and what cures it."""


@dataclass(frozen=True)
class Step:
    """One step of the set-up.

    Attributes:
        name: Short and unique; names the stamp and the log.
        label: What a person reads while it runs.
        usual_seconds: How long it takes on two cores with an ordinary line, from nothing.
        inputs: Glob patterns below the root; the step runs again when a byte of them changes.
        outputs: Paths that must exist afterwards; the step runs again when one is missing.
        after: Names of the steps that must be done before.
        work: Does it.
        wanted: Replaces the question whether inputs or outputs changed, where files cannot answer it.
    """

    name: str
    label: str
    usual_seconds: int
    inputs: tuple[str, ...]
    outputs: tuple[Path, ...]
    after: tuple[str, ...]
    work: Work
    wanted: Callable[[], bool] | None = None


@dataclass
class Shell:
    """Runs the commands of one step, its output in the step's log, and can be stopped from another thread."""

    log: IO[bytes]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    stopped: bool = False

    def run(self, *argv: str | Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT, cure: str = "") -> None:
        """Run a command to its end; StepFailed with the cure when it fails."""
        words = [str(word) for word in argv]
        self.log.write(f"$ {' '.join(words)}\n".encode())
        self.log.flush()
        if self.stopped:
            raise StepFailed("stopped")
        # Its own session: Ctrl-C reaches the set-up, which then stops every command it started.
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.running.append(process)
        status = process.wait()
        self.running.remove(process)
        if status:
            raise StepFailed(cure or f"'{Path(words[0]).name}' ended with status {status}.")


def uv_environment() -> dict[str, str]:
    """Settings for uv: our own folder for interpreters, and pip's registry and certificates where only pip has them."""
    env = {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PYTHON_INSTALL_DIR": str(TOOLS / "pythons"),
        "UV_NO_PROGRESS": "1",
        "UV_HTTP_TIMEOUT": os.environ.get("UV_HTTP_TIMEOUT", "180"),
    }
    if not any(os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        index = os.environ.get("PIP_INDEX_URL") or _pip_setting("global.index-url")
        if index:
            env["UV_DEFAULT_INDEX"] = index
    certificates = os.environ.get("PIP_CERT") or os.environ.get("REQUESTS_CA_BUNDLE")
    if certificates and not os.environ.get("SSL_CERT_FILE") and Path(certificates).is_file():
        env["SSL_CERT_FILE"] = certificates
    return env


def _pip_setting(name: str) -> str:
    answer = subprocess.run(
        [str(TOOL_BIN / "python"), "-m", "pip", "config", "get", name],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _make_tools(shell: Shell) -> None:
    shutil.rmtree(TOOLS / "python", ignore_errors=True)
    shell.run(sys.executable, "-m", "venv", TOOLS / "python")
    _install_tool(shell, "tools.txt")


def _install_tool(shell: Shell, lock: str) -> None:
    shell.run(
        *(TOOL_BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "-r", ROOT / "requirements" / lock),
        # A person who installs for himself by default would otherwise be refused inside a virtual environment.
        env={"PIP_USER": "0"},
        cure=f"pip could not install requirements/{lock}: is the Python package registry reachable from here?",
    )


def _make_environment(version: str, folder: str, lock: str) -> Work:
    def work(shell: Shell) -> None:
        env = uv_environment()
        python = find_python(version, TOOLS / "pythons") or _download_python(shell, version, env)
        uv = TOOL_BIN / "uv"
        target = ROOT / folder
        if find_python_of(target) != version:
            shell.run(uv, "venv", "--quiet", "--clear", "--python", python, target, env=env)
        shell.run(
            *(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", target / "bin" / "python"),
            ROOT / "requirements" / lock,
            env=env,
            cure=f"requirements/{lock} could not be installed: is the Python package registry reachable from here?",
        )

    return work


def find_python_of(environment: Path) -> str | None:
    """Tell which Python (major.minor) a virtual environment runs, or None when it is missing or broken."""
    python = environment / "bin" / "python"
    if not python.exists():
        return None
    answer = subprocess.run(
        [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() if answer.returncode == 0 else None


def _download_python(shell: Shell, version: str, env: Mapping[str, str]) -> Path:
    cure = (
        f"Python {version} was found nowhere (PATH, pyenv, asdf, mise, uv) and could not be downloaded from here. "
        f"Install it and run make again, for example: pyenv install {version}"
    )
    shell.run(
        *(TOOL_BIN / "uv", "python", "install", version),
        env={**env, "UV_PYTHON_DOWNLOADS": "automatic", "UV_HTTP_TIMEOUT": "60"},
        cure=cure,
    )
    python = find_python(version, TOOLS / "pythons")
    if python is None:
        raise StepFailed(cure)
    return python


def _build_front_end(shell: Shell) -> None:
    env = dict(os.environ)
    if not has_npm():
        _install_tool(shell, "node.txt")
    if (TOOL_BIN / "npm").exists():
        env["PATH"] = f"{TOOL_BIN}{os.pathsep}{env.get('PATH', '')}"
    for module, _ in FRONT_ENDS:
        if has_module(module):
            shell.run(APP_PYTHON, "-m", module, env=env, cure=_NPM_CURE)


def has_npm() -> bool:
    """Tell whether a node of 20 or newer with npm answers on the PATH (or already in the tool folder)."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}{TOOL_BIN}"
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not node or not npm:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().lstrip("v").partition(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= 20


def has_module(module: str) -> bool:
    """Tell whether one of our own modules is part of this checkout."""
    path = ROOT.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or (path / "__main__.py").exists()


def _train(shell: Shell) -> None:
    if has_module("bot.engine.train"):
        shell.run(ENGINE_PYTHON, "-m", "bot.engine.train", env=engine_environment())


def engine_environment() -> dict[str, str]:
    """Keep Rasa quiet, offline and on one core each."""
    return {
        "OMP_NUM_THREADS": "1",
        "TF_INTRA_OP_PARALLELISM_THREADS": "1",
        "TF_INTER_OP_PARALLELISM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
    }


def missing_services() -> list[tuple[str, str]]:
    """List what the tests need from the system and do not find: (name, Debian package)."""
    return [
        (name, package)
        for name, patterns, package in SERVICES
        if not any(any(Path("/").glob(pattern.lstrip("/"))) for pattern in patterns)
    ]


def _install_services(shell: Shell) -> None:
    missing = missing_services()
    if not missing:
        return
    packages = [package for _, package in missing]
    names = ", ".join(name for name, _ in missing)
    cure = f"The tests need {names}; install them: apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise StepFailed(cure)
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    shell.run("apt-get", "update", "-q", env=env, cure=cure)
    shell.run("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages, env=env, cure=cure)


STEPS: tuple[Step, ...] = (
    Step(
        name="tools",
        label="Tool folder with uv",
        usual_seconds=10,
        inputs=("requirements/tools.txt",),
        outputs=(TOOL_BIN / "uv",),
        after=(),
        work=_make_tools,
    ),
    Step(
        name="app",
        label="Python 3.12 environment (gateway, API, console, actions)",
        usual_seconds=45,
        inputs=("requirements/app.txt",),
        outputs=(APP_PYTHON,),
        after=("tools",),
        work=_make_environment("3.12", ".venv", "app.txt"),
    ),
    Step(
        name="engine",
        label="Python 3.10 environment (Rasa and TensorFlow, 2.4 GB)",
        usual_seconds=90,
        inputs=("requirements/engine.txt",),
        outputs=(ENGINE_PYTHON,),
        after=("tools",),
        work=_make_environment("3.10", ".venv-engine", "engine.txt"),
    ),
    Step(
        name="web",
        label="Front-end files from npm packages",
        usual_seconds=20,
        inputs=(
            "requirements/node.txt",
            "api/console/package*.json",
            "api/console/build.py",
            "api/console/static/**/*",
            "bot/widget/**/*",
        ),
        outputs=tuple(ROOT / folder for module, folder in FRONT_ENDS if has_module(module)),
        after=("app",),
        work=_build_front_end,
    ),
    Step(
        name="model",
        label="Dialogue model (training)",
        usual_seconds=180,
        inputs=(
            "requirements/engine.txt",
            "config.yml",
            "domain.yml",
            "nlu_data/**/*",
            "bot/engine/**/*",
            "bot/guard/*",
            "bot/masking/*",
            "api/catalogue/data/*",
        ),
        outputs=(ROOT / "models" / "mulgil.tar.gz",),
        after=("engine",),
        work=_train,
    ),
    Step(
        name="services",
        label="Programs the tests need (Chromium, PostgreSQL, Redis, fonts)",
        usual_seconds=60,
        inputs=(),
        outputs=(),
        after=(),
        work=_install_services,
        wanted=lambda: bool(missing_services()),
    ),
)
GOALS: dict[str, tuple[str, ...]] = {
    "tools": ("tools",),
    "app": ("tools", "app"),
    "engine": ("tools", "engine"),
    "web": ("tools", "app", "web"),
    "model": ("tools", "engine", "model"),
    "services": ("services",),
    "all": ("tools", "app", "engine", "web", "model"),
}
