select kind, owned, used, billed_machines, paid_twice, cost_low, cost_high from licensing.double_payment order by kind
