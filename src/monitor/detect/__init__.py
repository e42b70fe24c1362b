"""Detect: what is expected of each series, how unusual what came is, and the episodes and events that come of it."""

from monitor.detect.arrays import score as score
from monitor.detect.casebook import Casebook as Casebook
from monitor.detect.casebook import Change as Change
from monitor.detect.episodes import advance as advance
from monitor.detect.episodes import assess as assess
from monitor.detect.events import assign as assign
from monitor.detect.gates import MAIL as MAIL
from monitor.detect.gates import Gate as Gate
from monitor.detect.gates import gates as gates
from monitor.detect.gates import level_of as level_of
from monitor.detect.gates import mail_scores as mail_scores
from monitor.detect.silence import Silence as Silence
from monitor.detect.silence import Verdict as Verdict
from monitor.detect.silence import Watch as Watch
from monitor.detect.state import DetectorState as DetectorState
from monitor.detect.state import initial as initial
from monitor.detect.step import DETECTOR_VERSION as DETECTOR_VERSION
from monitor.detect.step import PARAMETERS as PARAMETERS
from monitor.detect.step import count_interval as count_interval
from monitor.detect.walk import PANEL_AGE as PANEL_AGE
from monitor.detect.walk import Knowledge as Knowledge
from monitor.detect.walk import PanelChannel as PanelChannel
from monitor.detect.walk import Step as Step
from monitor.detect.walk import Walk as Walk
from monitor.detect.walk import joining_moments as joining_moments
