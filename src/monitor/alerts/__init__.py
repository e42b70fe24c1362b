"""Alerts: who is told of an event, and how the mail reads. Pure: values in, an EmailMessage out."""

from monitor.alerts.message import compose as compose
from monitor.alerts.rules import choose_rules as choose_rules
from monitor.alerts.rules import message_id as message_id
from monitor.alerts.wording import subject as subject
