select cost from licensing.scenario where scenario = 'best_mix'
