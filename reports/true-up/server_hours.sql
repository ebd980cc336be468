-- Servers in the scope of licences by the whole hours that they were billable in the period, per currency of their bill.
-- step: the 24 hours that the hours fall into; a server that was on all the time stands in the last step. Servers without
-- any known power, and those whose currency no charge tells, are left out.
-- grain: one row per currency and number of hours
-- key: billing_currency, hours
with server as (
  select h.billing_currency, integer_quotient(h.billable_seconds, 3600) as hours
  from licensing.machine_hours h
  join ledger.machine m on m.machine_number = h.machine_number
  where m.in_licence_scope and h.billing_currency is not null and (h.billable_seconds > 0 or h.unknown_seconds = 0)
),
period as (
  select integer_quotient(until_at - from_at, 86400) as days from config.period
),
final as (
  select s.billing_currency, cast(s.hours as integer) as hours, cast(least(integer_quotient(s.hours, 24), p.days - 1) as integer) as step, cast(count(*) as integer) as machines
  from server s
  cross join period p
  group by s.billing_currency, s.hours, p.days
)
select * from final order by billing_currency, hours
