"""Nowcast: pool what posts say of a queue into one estimate for a moment, with an interval, or say that there is nothing fresh."""

from monitor.nowcast.estimate import FRESH as FRESH
from monitor.nowcast.estimate import estimate as estimate
from monitor.nowcast.values import Judged as Judged
from monitor.nowcast.values import Nowcast as Nowcast
from monitor.nowcast.values import Report as Report
