select route, peak_machines, machines_at_end from licensing.requirement where population = 'all' order by route
