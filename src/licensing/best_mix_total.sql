-- What the best mix costs in the period, and what it is made of, per currency: the span `period` of mix_total, licences shared,
-- the fleet as it is. Hours are summed before they are priced, so that a mix without licences is the hourly scenario to the
-- last digit. Unknown hours are left out, as in the hourly scenarios. What is owned is paid already and costs nothing more.
-- grain: one row per currency of the charges or machines
-- key: billing_currency
with currency as (
  select billing_currency from ledger.machine_total where billing_currency is not null
  union
  select billing_currency from licensing.machine_hours
),
fleet as (
  select billing_currency, count(*) as machines, sum(billable_seconds) as seconds, sum(case when unknown_seconds > 0 then 1 else 0 end) as machines_unknown
  from licensing.machine_hours
  group by billing_currency
),
part as (
  select p.*
  from licensing.mix_part p
  join licensing.mix_total t
    on t.span = p.span and t.estimate = p.estimate and t.counting = p.counting and t.billing_currency = p.billing_currency and t.combination = p.combination
  where p.span = 'period' and p.estimate = 'base' and p.counting = 'shared'
),
mix as (
  select billing_currency, max(case when part = 'hourly' then offer_id end) as plan,
         sum(case when part = 'hourly' then machines else 0 end) as by_hour,
         sum(case when part = 'pinned' then machines else 0 end) as pinned,
         sum(case when part = 'licence' and kind = 'sunk' then machines else 0 end) as owned,
         sum(case when part = 'licence' and kind <> 'sunk' and offer_id = 'mde-for-servers' then machines else 0 end) as endpoint,
         sum(case when part = 'licence' and kind <> 'sunk' and offer_id = 'defender-for-business-servers' then machines else 0 end) as business,
         sum(case when part = 'licence' and kind <> 'sunk' and offer_id not in ('mde-for-servers', 'defender-for-business-servers') then machines else 0 end) as other,
         sum(case when part = 'licence' then machines - places else 0 end) as sharing
  from part
  group by billing_currency
),
total as (
  select s.billing_currency, s.cost, s.gap, a.cost as single_cost
  from licensing.mix_total s
  left join licensing.mix_total a on a.span = s.span and a.estimate = s.estimate and a.counting = 'single' and a.billing_currency = s.billing_currency
  where s.span = 'period' and s.estimate = 'base' and s.counting = 'shared'
),
route as (
  select billing_currency,
         max(case when offer_id = 'mde-for-servers' then left_out end) as endpoint_left_out,
         max(case when offer_id = 'mde-for-servers' then monthly_price end) as endpoint_price,
         max(case when offer_id = 'mde-for-servers' then confidence end) as endpoint_confidence,
         max(case when offer_id = 'mde-for-servers' then prerequisite end) as endpoint_prerequisite,
         max(case when offer_id = 'mde-for-servers' then loses end) as endpoint_loses,
         max(case when offer_id = 'defender-for-business-servers' then left_out end) as business_left_out,
         max(case when offer_id = 'defender-for-business-servers' then monthly_price end) as business_price,
         max(case when offer_id = 'defender-for-business-servers' then confidence end) as business_confidence,
         max(case when offer_id = 'defender-for-business-servers' then loses end) as business_loses,
         sum(case when offer_id not in ('mde-for-servers', 'defender-for-business-servers') and left_out is not null then 1 else 0 end) as others_left_out
  from licensing.server_route
  group by billing_currency
),
hourly as (
  select currency, max(case when plan = 'p1' and price is null then reason end) as plan_1_reason, max(case when plan = 'p2' and price is null then reason end) as plan_2_reason,
         max(case when plan = 'p1' then does_not_give end) as plan_1_loses
  from licensing.offer
  where route = 'hourly' and plan in ('p1', 'p2')
  group by currency
),
worded as (
  select c.billing_currency, amount(f.machines) as quantity,
         case when c.billing_currency is not null and f.seconds > 0 then t.cost end as cost,
         case when c.billing_currency is null then 'the subscriptions of these machines have no charge that would tell their currency'
              when coalesce(f.seconds, 0) = 0 then 'no hour is known at which a machine was on'
              when m.billing_currency is null then 'no hourly price is known: ' || coalesce(h.plan_1_reason, h.plan_2_reason, 'no offer')
              when t.cost is null then 'machines are pinned to Plan 2: ' || coalesce(h.plan_2_reason, 'its price is not known') end as reason,
         case when m.by_hour > 0 and m.plan = 'p1' then coalesce('by the hour on Plan 1: ' || h.plan_1_loses, 'by the hour on Plan 1: what Plan 2 adds') else '' end
           || case when m.owned + m.endpoint > 0 then case when m.by_hour > 0 and m.plan = 'p1' then '; ' else '' end || coalesce('with a server licence: ' || r.endpoint_loses, 'with a server licence: what Defender for Servers adds') else '' end
           || case when m.business > 0 then case when m.by_hour + m.owned + m.endpoint > 0 then '; ' else '' end || coalesce('with Defender for Business servers: ' || r.business_loses, '') else '' end as loses,
         cast(m.by_hour as varchar) || ' by the hour' || coalesce(case m.plan when 'p1' then ' on Plan 1' when 'p2' then ' on Plan 2' end, '')
           || case when m.pinned > 0 then '; ' || cast(m.pinned as varchar) || ' pinned to Plan 2' else '' end
           || case when m.owned > 0 then '; ' || cast(m.owned as varchar) || ' on licences owned already, at no further cost' else '' end
           || case when m.business > 0 then '; ' || cast(m.business as varchar) || ' on Defender for Business servers at ' || amount_text(r.business_price) || ' a month' || case when r.business_confidence = 'D' then ', a guess: give your own price' else '' end else '' end
           || case when m.endpoint > 0 then '; ' || cast(m.endpoint as varchar) || ' on Defender for Endpoint for servers at ' || amount_text(r.endpoint_price) || ' a month' || case when r.endpoint_confidence = 'D' then ', a guess: give your own price' else '' end
                || coalesce('; needs ' || r.endpoint_prerequisite || ', not verified', '') else '' end
           || case when m.other > 0 then '; ' || cast(m.other as varchar) || ' on other server licences of yours' else '' end
           || coalesce('; left out: Plan 1, ' || h.plan_1_reason, '') || coalesce('; left out: Plan 2, ' || h.plan_2_reason, '')
           || coalesce('; left out: Defender for Endpoint for servers, ' || r.endpoint_left_out, '')
           || coalesce('; left out: Defender for Business servers, ' || r.business_left_out, '')
           || case when r.others_left_out > 0 then '; left out: ' || cast(r.others_left_out as varchar) || ' server licences of yours' else '' end
           || case when f.machines_unknown > 0 then '; ' || cast(f.machines_unknown as varchar) || ' with hours that no source knows, left out' else '' end
           || case when m.sharing > 0 then '; servers that follow each other share a licence, with one each it would be ' || cast(cast(t.single_cost as decimal(38, 2)) as varchar) else '' end
           || case when t.gap >= cast(0.005 as decimal(4, 3)) then '; at most ' || cast(cast(t.gap as decimal(38, 2)) as varchar) || ' above the cheapest possible' else '' end as note
  from currency c
  left join fleet f on coalesce(f.billing_currency, '') = coalesce(c.billing_currency, '')
  left join mix m on m.billing_currency = c.billing_currency
  left join total t on t.billing_currency = c.billing_currency
  left join route r on r.billing_currency = c.billing_currency
  left join hourly h on h.currency = c.billing_currency
),
final as (
  select billing_currency, quantity, cost, reason, nullif(loses, '') as loses, note from worded
)
select * from final
