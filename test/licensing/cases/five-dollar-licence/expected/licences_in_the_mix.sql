select count(*) as licensed from licensing.best_mix where offer_id is not null
