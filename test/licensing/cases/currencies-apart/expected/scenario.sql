select scenario, billing_currency, cost from licensing.scenario where scenario in ('as_billed', 'all_p1', 'all_p2', 'server_licence') order by 1, 2
