select m.name, p.pin, p.plan, p.value, p.reason from licensing.pinned_machine p join ledger.machine m on m.machine_id = p.machine_id order by 1
