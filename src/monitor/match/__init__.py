"""Match: which themes a text carries and which places it names, by token and position."""

from monitor.match.compile import compile_codebook as compile_codebook
from monitor.match.compile import compile_matcher as compile_matcher
from monitor.match.compile_x import compile_x as compile_x
from monitor.match.definitions import DefinitionKey as DefinitionKey
from monitor.match.definitions import Definitions as Definitions
from monitor.match.definitions import content_digest as content_digest
from monitor.match.definitions import definitions as definitions
from monitor.match.definitions import grown as grown
from monitor.match.matcher import Compiled as Compiled
from monitor.match.matcher import Matcher as Matcher
