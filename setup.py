"""Turn what reads every post into machine code with mypyc; the rest of the build stands in pyproject.toml.

Where there is no C compiler, or MONITOR_COMPILE=0, the modules run as they are: the same answers, about half as fast.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import sysconfig
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

SOURCE = Path(__file__).parent / "src"
PACKAGE = SOURCE / "monitor"
IS_BUILT = not {"build_ext", "bdist_wheel", "editable_wheel"}.isdisjoint(sys.argv)
"""Whether this command builds; others only ask what is to be built."""
if IS_BUILT:  # what an earlier build left may be made of other sources
    for left in (*SOURCE.rglob("*.so"), *SOURCE.rglob("compiled.txt")):
        left.unlink()
sys.path.insert(0, str(SOURCE))
from monitor.compiled import LIST, listed  # noqa: E402

READING = (
    "text.py",
    *("match/" + name for name in ("matcher.py", "phrases.py", "rules.py")),
    *("classify/" + name for name in ("around.py", "circumstances.py", "clocks.py", "counting.py", "cues.py", "kind.py")),
    *("classify/" + name for name in ("known.py", "lengths.py", "nearby.py", "numbers.py", "numerals.py", "pieces.py")),
    *("classify/" + name for name in ("quantities.py", "traits.py", "units.py", "waits.py", "whereabouts.py")),
)
"""The modules that are compiled: those a post spends most of its time in."""
MYPY_OPTIONS = ("--follow-imports=silent", "--ignore-missing-imports", "--no-warn-unused-ignores")


def extensions() -> list[Extension]:
    """Give what is to be compiled; nothing where that cannot be."""
    if not IS_BUILT or os.environ.get("MONITOR_COMPILE") == "0":
        return []
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")[0]
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not shutil.which(compiler) or not header.exists():
        return _left_out("no C compiler, or no headers of Python (on Debian: apt install gcc python3-dev)")
    try:
        from mypyc.build import mypycify
    except ImportError:
        return _left_out("no mypy in this environment")
    os.environ["MYPYPATH"] = str(SOURCE)
    said = StringIO()
    try:
        with redirect_stderr(said), redirect_stdout(said):  # it warns of what only costs speed
            files = [str(PACKAGE / name) for name in READING]
            return mypycify([*MYPY_OPTIONS, *files], opt_level="2", debug_level="0", group_name="monitor")
    except SystemExit:
        return _left_out(said.getvalue())


class BuildIfPossible(build_ext):
    """Compiles all or nothing, and lists beside the sources of which ones it was made."""

    def run(self) -> None:
        """Compile; on failure remove what was made so far and go on without."""
        try:
            super().run()
        except Exception as error:  # a compiler fails in ways of its own
            _left_out(str(error))
            for extension in self.extensions:
                Path(self.get_ext_fullpath(extension.name)).unlink(missing_ok=True)
            return
        if self.inplace:
            (PACKAGE / LIST).write_text(listed(PACKAGE, READING), encoding="utf-8")


def _left_out(why: str) -> list[Extension]:
    print(f"Not compiled, so posts are read about half as fast: {why}", file=sys.stderr)
    return []


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildIfPossible})
