import { phrases } from '../../src/language.ts'
/** Names of the scenarios. */
export const SCENARIO_WORDS: Readonly<Record<string, string>> = phrases({
  as_billed: 'As billed',
  all_p1: 'All machines on P1',
  all_p2: 'All machines on P2',
  server_licence: 'Server licences on the peak',
  user_licence: 'User licences',
  best_mix: 'Best mix',
  commitment: 'Pre-purchase units',
})
