select cost, quantity from licensing.scenario where scenario = 'server_licence'
