-- Machines made from an image of one's own without a healthy sensor at the end: generalised images are not provisioned by
-- themselves (Microsoft Learn, enable Defender for Endpoint, 2026-07-03).
-- grain: one row per machine
-- key: machine_number
with last_health as (
  select machine_number, max_by(health, from_at) as health, max_by(issue, from_at) as issue from ledger.health group by machine_number
),
final as (
  select m.machine_number, m.name, m.owner, m.subscription_name, g.image_id
  from integration.machine_image g
  join ledger.machine m on m.machine_number = g.machine_number and m.alive_from_at is not null
  join last_health h on h.machine_number = g.machine_number
  where g.image_id is not null and g.image_publisher is null and h.health = 'unhealthy' and h.issue = 'installation'
)
select * from final
