select check_name from ledger.finding where check_name in ('own_prices_are_used', 'compared_prices_are_confirmed') order by 1
