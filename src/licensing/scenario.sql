-- What the same machines would have cost in the period under each way of licensing, per currency they are billed in.
-- as_billed: the ledger's total. all_p1, all_p2: hours on × the plan's price. server_licence: Defender for Endpoint for
-- servers on the peak of servers that exist at once, on or off. user_licence: Defender for Endpoint Plan 2 per user, a
-- comparison only, since a user licence never licenses a server. best_mix: each machine at its cheapest. commitment: pre-purchase units, the cheapest tier. Monthly prices count by days ÷ days of the month where
-- the period covers a month in part. Machines whose subscription has no charge stand in a row without a currency when
-- the bill has several. Machines pinned to Plan 2 make all_p1 and server_licence a comparison that is not permitted. An unknown price makes an unknown cost, with the reason, never 0.
-- grain: one row per scenario and currency
-- key: scenario, billing_currency
with billed as (
  select billing_currency, amount(sum(cost)) as cost, amount(sum(billed_hours)) as hours
  from ledger.machine_total
  where billing_currency is not null
  group by billing_currency
),
fleet as (
  select billing_currency, sum(billable_seconds) as seconds, sum(unbilled_seconds) as unbilled_seconds, sum(days_on) as machine_days,
         sum(case when billable_seconds > 0 then 1 else 0 end) as machines_on,
         sum(case when unknown_seconds > 0 then 1 else 0 end) as machines_unknown
  from licensing.machine_hours
  group by billing_currency
),
currency as (
  select billing_currency from billed union select billing_currency from fleet
),
pinned as (
  select billing_currency, sum(case when is_pinned then 1 else 0 end) as machines from licensing.mix_machine where estimate = 'base' group by billing_currency
),
by_plan as (
  select c.billing_currency, p.plan, o.price, o.price_origin, coalesce(f.seconds, 0) as seconds, coalesce(f.unbilled_seconds, 0) as unbilled_seconds,
         coalesce(f.machine_days, 0) as machine_days, coalesce(f.machines_on, 0) as machines_on, coalesce(f.machines_unknown, 0) as machines_unknown,
         case when p.plan = 'p1' then coalesce(i.machines, 0) else 0 end as pinned_machines,
         case when c.billing_currency is null then 'the subscriptions of these machines have no charge that would tell their currency'
              when coalesce(f.seconds, 0) = 0 then 'no hour is known at which a machine was on'
              when o.price is null then coalesce(o.reason, 'no price is known') end as reason
  from currency c
  cross join (select 'p1' as plan union all select 'p2') p
  left join fleet f on coalesce(f.billing_currency, '') = coalesce(c.billing_currency, '')
  left join licensing.offer o on o.currency = c.billing_currency and o.offer_id = 'defender-for-servers-' || p.plan
  left join pinned i on i.billing_currency = c.billing_currency
),
hourly as (
  select 'all_' || plan as scenario, billing_currency, hours_of_seconds(seconds) as quantity, 'hours' as quantity_unit,
         case when reason is null then units_amount(integer_quotient(amount_units(price) * seconds, 3600)) end as cost,
         reason, case when pinned_machines > 0 then false else true end as permitted,
         case plan when 'p1' then 'against Plan 2: agentless scanning, premium vulnerability management, baseline and update assessment, file integrity monitoring, just-in-time access, network map, 500 MB of log data per machine and day; sensor health is shown with Defender CSPM only' end as loses,
         'hours on of ' || cast(machines_on as varchar) || case when machines_on = 1 then ' machine' else ' machines' end
           || case when unbilled_seconds > 0 then ', ' || cast(cast(hours_of_seconds(unbilled_seconds) as decimal(18, 1)) as varchar) || ' h of them not billed today' else '' end
           || case when pinned_machines > 0 then '; not permitted: ' || cast(pinned_machines as varchar) || case when pinned_machines = 1 then ' is' else ' are' end || ' pinned to Plan 2' else '' end
           || case when machines_unknown > 0 then '; ' || cast(machines_unknown as varchar) || ' with hours that no source knows, left out' else '' end
           || case when price is not null then '; ' || amount_text(price) || ' an hour, ' || case price_origin when 'override' then 'your price' when 'bill' then 'as the bill shows' when 'retail' then 'retail price' else 'list price' end else '' end
           || case when plan = 'p2' and machine_days > 0 then '; includes up to ' || cast(cast(machine_days * cast(0.5 as decimal(2, 1)) as decimal(18, 1)) as varchar) || ' GB of log data without charge' else '' end as note
  from by_plan
),
server as (
  select 'server_licence' as scenario, c.billing_currency, amount(o.quantity) as quantity, 'licences' as quantity_unit, o.cost,
         case when c.billing_currency is null then 'the subscriptions of these machines have no charge that would tell their currency'
              when o.offer_id is null then 'no server is in the scope of licences'
              when o.cost is null then coalesce(o.reason, 'no price is known') end as reason,
         case when coalesce(i.machines, 0) > 0 then false else true end as permitted, o.loses,
         'peak of ' || cast(o.peak_machines as varchar) || ' servers on ' || cast(o.peak_day as varchar)
           || case when o.monthly_price is not null then '; ' || amount_text(o.monthly_price) || ' a server and month' else '' end
           || case when o.confidence = 'D' then ', a guess: give your own price' else '' end
           || case when o.owned_units > 0 then '; ' || cast(o.owned_units as varchar) || ' owned already' else '' end
           || coalesce('; needs ' || o.prerequisite, '') || coalesce('; Defender for Business servers: ' || b.note, '')
           || case when i.machines > 0 then '; not permitted: ' || cast(i.machines as varchar) || case when i.machines = 1 then ' is' else ' are' end || ' pinned to Plan 2' else '' end as note
  from currency c
  left join pinned i on i.billing_currency = c.billing_currency
  left join licensing.server_option o on o.billing_currency = c.billing_currency and o.offer_id = 'mde-for-servers'
  left join licensing.server_option b on b.billing_currency = c.billing_currency and b.offer_id = 'defender-for-business-servers'
),
users as (
  select billing_currency, sum(users) as users, amount(sum(cost)) as cost, max(reason) as reason,
         max(case when counted = 'servers' then machines end) as servers, max(case when counted = 'clients' then machines end) as clients,
         max(case when counted = 'clients' then users end) as client_users, max(case when counted = 'clients' then cost end) as client_cost,
         max(devices_per_user) as devices_per_user, max(loses) as loses
  from licensing.user_option
  where offer_id = 'mde-p2' and machines > 0
  group by billing_currency
),
user_licence as (
  select 'user_licence' as scenario, c.billing_currency, amount(u.users) as quantity, 'users' as quantity_unit,
         case when u.reason is null then u.cost end as cost,
         case when c.billing_currency is null then 'the subscriptions of these machines have no charge that would tell their currency'
              when u.users is null then 'no machine is in the scope of licences' else u.reason end as reason,
         case when coalesce(u.servers, 0) > 0 then false else true end as permitted, u.loses,
         case when coalesce(u.servers, 0) > 0 then 'comparison only: a user licence never licenses a server' end as servers_note,
         case when coalesce(u.clients, 0) > 0
              then 'an option for the ' || cast(u.clients as varchar) || case when u.clients = 1 then ' client system: ' else ' client systems: ' end
                || cast(u.client_users as varchar) || case when u.client_users = 1 then ' user at ' else ' users at ' end || cast(u.devices_per_user as varchar)
                || ' devices' || coalesce(', ' || amount_text(u.client_cost), '') end as clients_note
  from currency c
  left join users u on u.billing_currency = c.billing_currency
),
final as (
  select 'as_billed' as scenario, billing_currency, hours as quantity, 'hours' as quantity_unit, cost,
         case when cost is null then 'the charges have no cost' end as reason, true as permitted, cast(null as varchar) as loses, cast(null as varchar) as note
  from billed
  union all
  select scenario, billing_currency, quantity, quantity_unit, cost, reason, permitted, loses, note from hourly
  union all
  select scenario, billing_currency, quantity, quantity_unit, cost, reason, permitted, loses, note from server
  union all
  select scenario, billing_currency, quantity, quantity_unit, cost, reason, permitted, loses,
         case when servers_note is null then clients_note else servers_note || coalesce('; ' || clients_note, '') end
  from user_licence
  union all
  select 'best_mix', billing_currency, quantity, 'machines', cost, reason, true, loses, note from licensing.best_mix_total
  union all
  select 'commitment', billing_currency, case when reason is null then amount(units) end, 'units', cost, reason, true,
         case when reason is null then 'a year is paid in advance: no cancelling, and units left at its end are lost' end,
         case when reason is null then 'best tier over a year at this pace: ' || cast(units as varchar) || ' units at ' || cast(discount_percent as varchar) || ' % less'
           || '; here their share for the length of the period, at list price and not on top of a negotiated discount'
           || case when unused_units > 0 then '; ' || cast(cast(unused_in_a_year as decimal(18, 0)) as varchar) || ' units a year unused'
                   when overflow > 0 then '; hours beyond the units as billed' else '' end
           || case when best_from is null then '; no consumption makes this tier pay at what the bill pays now'
                   else '; the cheapest way from ' || cast(cast(best_from as decimal(18, 0)) as varchar) || coalesce(' to ' || cast(cast(best_until as decimal(18, 0)) as varchar), '')
                     || ' a year at list price' end end
  from licensing.commitment
  where estimate = 'base' and place = 1
)
select * from final
