-- What the numbers of `state_change` add up to: every combination of power and health with their evidence.
-- evidence: the weaker of power's and, while running with a known health, health's. off_state: the same with the power off.
-- entry_number: numbers what an entry of the ledger says (power, health, issue, evidence), in the order of its words.
-- carrying_rank: which time of a day its charges are laid on: 1 billable, in a day without any 2 of unknown power, else 3 off.
-- grain: one row per combination
-- key: state
with digit as (
  select cast(unnest(whole_numbers(0, 4)) as integer) as digit
),
combination as (
  select h.digit as health_digit, i.digit as issue_digit, v.digit as health_evidence_digit, p.digit as power_digit, e.digit as power_evidence_digit
  from digit h
  cross join digit i
  cross join digit v
  cross join digit p
  cross join digit e
),
worded as (
  select (((health_digit * 10 + issue_digit) * 10 + health_evidence_digit) * 10 + power_digit) * 10 + power_evidence_digit as state,
         (((health_digit * 10 + issue_digit) * 10 + health_evidence_digit) * 10 + 3) * 10 + power_evidence_digit as off_state,
         case power_digit when 1 then 'running' when 2 then 'stopped' when 3 then 'off' else 'unknown' end as power,
         case power_evidence_digit when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' else 'none' end as power_evidence,
         case health_digit when 1 then 'healthy' when 2 then 'unhealthy' when 3 then 'not_applicable' else 'unknown' end as health,
         case issue_digit when 1 then 'installation' when 2 then 'heartbeat' end as issue,
         case health_evidence_digit when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' else 'none' end as health_evidence
  from combination
),
weighed as (
  select state, off_state, power, health, issue,
         case when power = 'unknown' then 'none'
              when power <> 'running' or health = 'unknown' then power_evidence
              when power_evidence = 'none' or health_evidence = 'none' then 'none'
              when power_evidence = 'assumed' or health_evidence = 'assumed' then 'assumed'
              when power_evidence = 'inferred' or health_evidence = 'inferred' then 'inferred'
              else 'observed' end as evidence
  from worded
),
entry as (
  select power, health, issue, evidence,
         cast(row_number() over (order by power, health, issue nulls last, evidence) as integer) as entry_number
  from (select distinct power, health, issue, evidence from weighed)
),
final as (
  select w.state, w.off_state, w.power, w.health, w.issue, w.evidence, e.entry_number,
         case when w.power in ('running', 'stopped') then 1 when w.power = 'unknown' then 2 else 3 end as carrying_rank
  from weighed w
  join entry e on e.power = w.power and e.health = w.health and e.evidence = w.evidence and coalesce(e.issue, '') = coalesce(w.issue, '')
)
select * from final
