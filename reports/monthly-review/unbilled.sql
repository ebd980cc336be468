-- Running or stopped time that no charge covers, by bucket: gaps and questions without money.
-- grain: one row per bucket
-- key: bucket
with final as (
  select bucket, cast(count(distinct machine_number) as integer) as machines, hours_of_seconds(cast(sum(seconds) as bigint)) as hours
  from ledger.machine_total
  where bucket in ('exposed', 'protected_unbilled', 'unverified_unbilled', 'out_of_scope', 'stopped_unbilled', 'power_unknown') and billing_currency is null
  group by bucket
)
select * from final
order by case bucket when 'exposed' then 1 when 'protected_unbilled' then 2 when 'unverified_unbilled' then 3 when 'stopped_unbilled' then 4 else 5 end, bucket
