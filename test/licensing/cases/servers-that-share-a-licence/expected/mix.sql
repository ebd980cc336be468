select span, counting, amount(cast(cost as decimal(38, 6))) as cost, gap from licensing.mix_total where estimate = 'base' order by span, counting
