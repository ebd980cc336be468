-- The places that a licence can fill, those alike in one block, the blocks with the most seconds on first. counting `shared`:
-- a place is a chain of servers, or a server that shares with none; `single`: every server has a place of its own, as if each
-- licence stayed with its machine; `peak`: only the servers that exist at the moment of mix_peak, each with its place.
-- seconds, machines: of each place of the block. until_place, until_machines, until_seconds: the places up to and with this
-- block, their servers, and the seconds of these. block: its number.
-- grain: one row per estimate, counting, currency, seconds and machines of a place
-- key: estimate, counting, billing_currency, block
with server as (
  select m.estimate, m.billing_currency, m.machine_number, m.seconds, m.alive_from_at, m.alive_until_at, c.place_id
  from licensing.mix_machine m
  left join licensing.mix_chain c on c.estimate = m.estimate and c.machine_number = m.machine_number
  where m.is_licensable and m.alive_until_at > m.alive_from_at
),
chain as (
  select estimate, billing_currency, place_id, sum(seconds) as seconds, count(*) as machines
  from server
  where place_id is not null
  group by estimate, billing_currency, place_id
),
block as (
  select estimate, 'shared' as counting, billing_currency, cast(seconds as bigint) as seconds, machines, count(*) as places
  from chain
  group by estimate, billing_currency, seconds, machines
  union all
  select estimate, 'shared', billing_currency, seconds, cast(1 as bigint), count(*) from server where place_id is null group by estimate, billing_currency, seconds
  union all
  select estimate, 'single', billing_currency, seconds, cast(1 as bigint), count(*) from server where estimate = 'base' group by estimate, billing_currency, seconds
  union all
  select s.estimate, 'peak', s.billing_currency, s.seconds, cast(1 as bigint), count(*)
  from server s
  join licensing.mix_peak p on p.estimate = s.estimate and p.billing_currency = s.billing_currency
  where s.alive_from_at <= p.peak_at and p.peak_at < s.alive_until_at
  group by s.estimate, s.billing_currency, s.seconds
),
final as (
  select estimate, counting, billing_currency, seconds, machines, places,
         row_number() over (partition by estimate, counting, billing_currency order by seconds desc, machines desc) as block,
         cast(sum(places) over (partition by estimate, counting, billing_currency order by seconds desc, machines desc rows unbounded preceding) as bigint) as until_place,
         cast(sum(places * machines) over (partition by estimate, counting, billing_currency order by seconds desc, machines desc rows unbounded preceding) as bigint) as until_machines,
         cast(sum(places * seconds) over (partition by estimate, counting, billing_currency order by seconds desc, machines desc rows unbounded preceding) as bigint) as until_seconds
  from block
)
select * from final
