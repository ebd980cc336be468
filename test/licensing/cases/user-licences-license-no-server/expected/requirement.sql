select route, machines_at_end from licensing.requirement where population = 'lasting' and route in ('server_licence', 'user_licence') order by route
