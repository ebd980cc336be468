select m.name, p.pin, p.plan, p.value, p.reason from licensing.pinned_machine p join ledger.machine m on m.machine_number = p.machine_number order by 1
