select quantity, uncovered_machines, permitted from licensing.server_option where offer_id = 'defender-for-business-servers'
