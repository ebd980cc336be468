-- Machines that ran with an unhealthy or absent sensor and no charge: nothing protects them, and nothing is paid. It costs
-- money: their hours at the price of Plan 1, which has the sensor.
-- grain: one row per machine
-- key: machine_number
with exposed as (
  select machine_number, sum(seconds) as seconds from ledger.machine_total where bucket = 'exposed' group by machine_number
),
final as (
  select m.subscription_id, e.machine_number, c.billing_currency, amount(0) as low, amount(0) as base, amount(0) as high,
         case when p.p1_price is not null then amount_product(hours_of_seconds(e.seconds), p.p1_price) end as added_cost,
         cast(cast(hours_of_seconds(e.seconds) as decimal(18, 1)) as varchar) || ' h without plan and without working sensor' as detail
  from exposed e
  join ledger.machine m on m.machine_number = e.machine_number
  left join licensing.machine_currency c on c.machine_number = e.machine_number
  left join actions.price p on p.billing_currency = c.billing_currency
  where e.seconds > 0
)
select * from final
