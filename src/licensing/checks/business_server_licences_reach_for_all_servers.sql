-- severity: info
-- A tenant can have at most 60 licences of Defender for Business servers: beyond that it is no route for the fleet.
with final as (
  select min(name) as subject, min(note) as message, 'peak on ' || cast(min(peak_day) as varchar) as evidence
  from licensing.server_option
  where not permitted
  group by offer_id
)
select * from final
