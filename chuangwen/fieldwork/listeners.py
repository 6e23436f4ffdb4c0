"""What the room has the house ask it: what is hidden from whom while a site is rated again."""

from chuangwen.fieldwork import blind
from chuangwen.kernel import access

access.veil("fieldwork.Observation", "blind", blind.hidden_observations)
access.veil("fieldwork.Visit", "blind", blind.hidden_visits)
