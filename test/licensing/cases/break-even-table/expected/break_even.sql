select offer_id, plan, cast(break_even_hours as decimal(18, 2)) as hours, never_pays, machines_above, machines_below
from licensing.break_even_offer
where offer_id like 'own-%'
order by 1, 2
