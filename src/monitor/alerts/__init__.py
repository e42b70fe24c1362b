"""Alerts: who is told of an event, and how the mail reads; the operator's mails too. Pure: values in, an EmailMessage out."""

from monitor.alerts.beside import beside as beside
from monitor.alerts.feedback import SNOOZE as SNOOZE
from monitor.alerts.feedback import TOKEN as TOKEN
from monitor.alerts.feedback import Said as Said
from monitor.alerts.feedback import pause_of as pause_of
from monitor.alerts.feedback import read_reply as read_reply
from monitor.alerts.feedback import token_of as token_of
from monitor.alerts.gathered import compose_gathered as compose_gathered
from monitor.alerts.gathered import gathered_message_id as gathered_message_id
from monitor.alerts.message import compose as compose
from monitor.alerts.message import envelope as envelope
from monitor.alerts.notices import compose_notices as compose_notices
from monitor.alerts.notices import notice_message_id as notice_message_id
from monitor.alerts.notices import title as title
from monitor.alerts.rules import choose_rules as choose_rules
from monitor.alerts.rules import concerns as concerns
from monitor.alerts.rules import message_id as message_id
from monitor.alerts.schedule import has_grown as has_grown
from monitor.alerts.schedule import held_until as held_until
from monitor.alerts.wording import subject as subject
