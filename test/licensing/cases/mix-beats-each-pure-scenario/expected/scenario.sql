select scenario, cost, permitted from licensing.scenario where billing_currency = 'USD' and scenario not in ('user_licence', 'commitment') order by 1
