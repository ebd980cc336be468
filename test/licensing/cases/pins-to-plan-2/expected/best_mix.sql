select m.name, b.plan, b.offer_id from licensing.best_mix b join ledger.machine m on m.machine_number = b.machine_number where b.span = 'period' order by 1
