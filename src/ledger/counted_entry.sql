-- The ledger without its days, with the seconds that count in hours and coverage: all of them, unless the demanded level of evidence
-- (setting minimum_evidence) is higher than a row's.
-- grain: as ledger.machine_total
-- key: machine_number, subscription_id, power, health, issue, evidence, bucket, charged_plan, is_free, allocated, billing_currency
with level as (
  select coalesce(max(case value when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end), 4) as weakest
  from config.setting
  where key = 'minimum_evidence'
),
final as (
  select l.*,
         case when (case l.evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end) <= v.weakest then l.seconds else 0 end as counted_seconds
  from ledger.machine_total l
  cross join level v
)
select * from final
