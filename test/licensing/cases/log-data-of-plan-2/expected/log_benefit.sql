select billing_currency, certain_gigabytes, gigabytes, price, price_origin, value_low, value_high, reason from licensing.log_benefit order by 1
