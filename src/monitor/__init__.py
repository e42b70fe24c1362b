"""Monitor: public posts about people on the move, from collection to alert e-mail."""

from pathlib import Path

from monitor.compiled import check

check(Path(__file__).parent)
