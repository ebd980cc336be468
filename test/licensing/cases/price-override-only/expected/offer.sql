select route, unit, covers, price, price_origin, valid_from from licensing.offer where offer_id = 'mde-for-servers'
