select day, machines, peak_machines, moment_text(peak_hour_at) as peak_hour, cast(mean_machines as decimal(18, 4)) as mean
from licensing.requirement_day
where route = 'server' and population = 'all' and day in (date '2026-10-13', date '2026-10-14', date '2026-10-20')
order by 1
