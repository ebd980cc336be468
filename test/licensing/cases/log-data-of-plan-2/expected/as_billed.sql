select billing_currency, cost from licensing.scenario where scenario = 'as_billed' order by 1
