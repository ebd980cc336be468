"""The job of a peer, in pandas: per day and machine what Defender for Servers cost, and what all lines add up to.

Reads the parts of a cost export (csv.gz or Parquet) below the folder given, one after the other as a careful user would,
and prints lines, groups and sums as JSON. pandas counts in binary floats.
"""
import glob
import json
import sys

import pandas

AMOUNTS = ["Quantity", "CostInBillingCurrency"]
# No column more than the job needs, here and in the other programs.
NEEDED = ["Date", "ProductName", "ResourceId", "BillingCurrencyCode", *AMOUNTS]


def read(path):
    if path.endswith(".csv.gz"):
        return pandas.read_csv(path, usecols=NEEDED, dtype={name: float for name in AMOUNTS})
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, columns=NEEDED)
    # Decimals would become Python objects one by one.
    for name in AMOUNTS:
        table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(pyarrow.float64()))
    return table.to_pandas()


lines, total, kept = 0, 0.0, []
for path in sorted(glob.glob(sys.argv[1] + "/**/part_*.*", recursive=True)):
    part = read(path)
    lines += len(part)
    total += part["CostInBillingCurrency"].sum()
    ours = part[part["ProductName"].str.lower().str.startswith("microsoft defender for servers", na=False)]
    kept.append(ours.assign(machine=ours["ResourceId"].str.lower()))
days = pandas.concat(kept).groupby(["Date", "machine", "BillingCurrencyCode"])[AMOUNTS].sum()
print(
    json.dumps(
        {
            "lines": lines,
            "groups": len(days),
            "hours": float(days["Quantity"].sum()),
            "cost": float(days["CostInBillingCurrency"].sum()),
            "total": float(total),
        }
    )
)
