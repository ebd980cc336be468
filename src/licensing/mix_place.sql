-- The places that a licence can fill, with the seconds on of all its servers, most first.
-- grain: one row per estimate, counting and place
-- key: estimate, counting, place_id
with summed as (
  select c.estimate, c.counting, c.billing_currency, c.place_id, cast(sum(m.seconds) as bigint) as seconds, cast(count(*) as bigint) as machines
  from licensing.mix_chain c
  join licensing.mix_machine m on m.estimate = c.estimate and m.machine_id = c.machine_id
  group by c.estimate, c.counting, c.billing_currency, c.place_id
),
final as (
  select *, row_number() over (partition by estimate, counting, billing_currency order by seconds desc, place_id) as place from summed
)
select * from final
