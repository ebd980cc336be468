select days_before, day, machines, reason from licensing.requirement_at where route = 'server' and population = 'all' order by 1
