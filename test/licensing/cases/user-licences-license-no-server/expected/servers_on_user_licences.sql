select count(*) as machines from licensing.best_mix b join licensing.offer o on o.offer_id = b.offer_id and o.currency = b.billing_currency where o.route = 'user'
