-- Whether alerts, settings and listings were given at all.
-- grain: one row
-- key: none
with final as (
  select exists (select 1 from normalise.source_file where kind = 'alerts') or exists (select 1 from normalise.alert) as has_alerts,
         exists (select 1 from normalise.endpoint_setting) as has_settings,
         (select max(value) from config.setting where key = 'endpoint_region') as endpoint_region
)
select * from final
