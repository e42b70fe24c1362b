"""Match: which themes a text carries and which places it names, by token and position."""

from monitor.match.compile import compile_matcher as compile_matcher
from monitor.match.matcher import Matcher as Matcher
