-- Something tells whether a file is actual or amortised cost. Where nothing does, no line of it differs between the two.
-- severity: info
select path as subject, 'Nothing in the file tells actual from amortised cost; it is taken for actual. No commitment shows in it, so both would be the same.' as message,
       schema_name || ', no manifest' as evidence
from raw.cost_input
where dataset_evidence = 'none'
