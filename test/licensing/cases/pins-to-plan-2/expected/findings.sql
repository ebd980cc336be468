select subject, message from ledger.finding where check_name = 'pins_fit_machines'
