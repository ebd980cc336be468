select decision, units, cast(day as varchar) as day, cast(deadline as varchar) as deadline, monthly_price from licensing.licence_decision order by day, decision
