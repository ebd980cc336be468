select route, population, peak_machines, peak_day, percentile_95_machines, cast(mean_machines as decimal(18, 4)) as mean, machines_at_end
from licensing.requirement
where route in ('server', 'hourly')
order by 1, 2
