select scenario, year_cost as cost from licensing.scenario_year where billing_currency = 'USD' and scenario in ('all_p1', 'as_billed', 'best_mix', 'server_licence') order by 1
