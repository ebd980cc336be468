"""The job of a peer, in pandas: per day and machine what Defender for Servers cost, and what all lines add up to.

Reads the parts of a cost export (csv.gz) below the folder given, one after the other as a careful user would, and prints
lines, groups and both sums as JSON. pandas counts in binary floats.
"""
import glob
import json
import sys

import pandas

NEEDED = ["Date", "ProductName", "MeterCategory", "ResourceId", "Quantity", "CostInBillingCurrency", "BillingCurrencyCode"]
lines, total, kept = 0, 0.0, []
for path in sorted(glob.glob(sys.argv[1] + "/**/part_*.csv.gz", recursive=True)):
    part = pandas.read_csv(path, usecols=NEEDED, dtype={"Quantity": float, "CostInBillingCurrency": float})
    lines += len(part)
    total += part["CostInBillingCurrency"].sum()
    ours = part[part["ProductName"].str.lower().str.startswith("microsoft defender for servers", na=False)]
    kept.append(ours.assign(machine=ours["ResourceId"].str.lower()))
days = pandas.concat(kept).groupby(["Date", "machine", "BillingCurrencyCode"])[["Quantity", "CostInBillingCurrency"]].sum()
print(json.dumps({"lines": lines, "groups": len(days), "total": total, "cost": float(days["CostInBillingCurrency"].sum())}))
