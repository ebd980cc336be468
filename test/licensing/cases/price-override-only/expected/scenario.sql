select scenario, cost from licensing.scenario where scenario in ('as_billed', 'all_p1', 'all_p2', 'server_licence', 'best_mix') order by 1
