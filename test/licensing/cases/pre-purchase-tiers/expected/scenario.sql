select scenario, quantity, amount(cast(cost as decimal(38, 6))) as cost from licensing.scenario where scenario in ('as_billed', 'commitment') order by 1
