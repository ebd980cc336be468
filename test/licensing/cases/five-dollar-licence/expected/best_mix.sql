select scenario, cost, quantity from licensing.scenario where scenario in ('best_mix', 'all_p1') order by 1
