select counted, machines, users, cost, permitted from licensing.user_option where offer_id = 'm365-e5' order by counted
