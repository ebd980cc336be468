select currency, price, price_origin from licensing.offer where offer_id = 'mde-for-servers' order by currency
