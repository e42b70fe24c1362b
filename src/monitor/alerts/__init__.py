"""Alerts: who is told of an event, and how the mail reads; the operator's mails too. Pure: values in, an EmailMessage out."""

from monitor.alerts.message import compose as compose
from monitor.alerts.notices import compose_notices as compose_notices
from monitor.alerts.notices import notice_message_id as notice_message_id
from monitor.alerts.notices import title as title
from monitor.alerts.rules import choose_rules as choose_rules
from monitor.alerts.rules import concerns as concerns
from monitor.alerts.rules import message_id as message_id
from monitor.alerts.wording import subject as subject
