"""The tests with the providers' own SDKs, in an environment for each file of requirements.

    nox                  all of them
    nox -s sdk_openai    one

Each ends with a table: SDK, version, client, cutting, passed.
"""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import nox

SDKS = {  # by session: the requirements, and the modules of tests/sdk
    "openai": ("openai-anthropic", ("openai", "anthropic", "docs")),
    "google": ("google", ("google",)),
    "mistral": ("mistral", ("mistral",)),
    "cohere": ("cohere", ("cohere",)),
    "ollama": ("ollama-groq", ("ollama", "groq")),
    "boto3": ("boto3", ("boto3",)),
    "litellm": ("litellm", ("litellm",)),
    "langchain": ("langchain", ("langchain",)),
}
built: list[Path] = []  # the wheel of this checkout, made once for all sessions of a run


def define(name: str, requirements: str, modules: tuple[str, ...]) -> None:
    """Define the session of one environment."""

    @nox.session(name=f"sdk_{name}")
    def sdk(session: nox.Session) -> None:
        if not built:
            built.append(wheel(session))
        # The version stays the same while the sources change, so pip has to be told.
        session.install("--force-reinstall", "--no-deps", str(built[0]))
        listed = f"tests/sdk/requirements-{requirements}.txt"
        session.install(str(built[0]), "-r", listed, "pytest")
        tests = [f"tests/sdk/test_{module}.py" for module in modules]
        required = {"PARTIALJSON_REQUIRE_SDK": "1"}
        session.run("pytest", "-p", "no:cacheprovider", *tests, *session.posargs, env=required)


def wheel(session: nox.Session) -> Path:
    """Build the checkout."""
    folder = Path(session.create_tmp()).resolve() / "wheel"
    rmtree(folder, ignore_errors=True)
    session.run("pip", "wheel", "--no-deps", "--wheel-dir", str(folder), ".", silent=True)
    (found,) = folder.glob("*.whl")
    return found


for name, (requirements, modules) in SDKS.items():
    define(name, requirements, modules)
