"""Nowcast: pool what posts say of a queue into one estimate with an interval, or say that there is nothing fresh."""

from monitor.nowcast.estimate import FRESH as FRESH
from monitor.nowcast.estimate import estimate as estimate
from monitor.nowcast.pool import QUEUE_KINDS as QUEUE_KINDS
from monitor.nowcast.pool import Queue as Queue
from monitor.nowcast.pool import by_queue as by_queue
from monitor.nowcast.sift import REACH as REACH
from monitor.nowcast.values import Judged as Judged
from monitor.nowcast.values import Nowcast as Nowcast
from monitor.nowcast.values import Report as Report
