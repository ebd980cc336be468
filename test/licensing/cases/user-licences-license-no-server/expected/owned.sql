select covers, enabled_units from licensing.entitlement
