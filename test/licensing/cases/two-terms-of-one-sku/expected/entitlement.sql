select offer_id, enabled_units, warning_units, suspended_units, evidence from licensing.entitlement order by 1
