select coalesce(offer_id, plan) as route, count(*) as machines from licensing.best_mix where span = 'period' group by 1 order by 1
