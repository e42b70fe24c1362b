"""The command line: every stage by hand, what stands where, and the demo. One file per kind of command."""

from monitor.cli import allow, analyst, deletions, duties, evaluate, files, look, stages, telegram, themes, x
from monitor.cli.frame import main

__all__ = ["allow", "analyst", "deletions", "duties", "evaluate", "files", "look", "main", "stages", "telegram", "themes", "x"]
