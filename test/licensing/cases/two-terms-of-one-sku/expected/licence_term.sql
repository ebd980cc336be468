select offer_id, entry, owned_units, renews_on, order_from_day, order_until_day, price, price_origin from licensing.licence_term order by 1, 2
