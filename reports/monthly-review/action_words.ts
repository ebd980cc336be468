/** What the kinds of action are called, and what is known of them whatever the estate. */
export interface ActionWords {
  /** As a row of a table: an imperative. */
  name: string
  /** After "One ask:". */
  ask: string
  /** After "n machines": what state they were in. */
  state: string
  /** The first step. */
  first: string
  effort: string
  risk: string
}

export const ACTIONS = [
  'install_sensor',
  'revive_sensor',
  'deallocate',
  'decide_exclusion',
  'query_charge',
  'verify_health',
  'verify_power',
  'find_machine',
] as const
export type Action = (typeof ACTIONS)[number]

export const ACTION_WORDS: Readonly<Record<Action, ActionWords>> = {
  install_sensor: {
    name: 'Get the sensor installed',
    ask: 'get the missing sensors installed',
    state: 'whose sensor is missing or failed to install',
    first:
      'Begin with the extension’s message in the table of machines; check that the subscription lets Defender for Cloud deploy the sensor.',
    effort: 'an hour a machine; none where one setting of a subscription is the cause',
    risk: 'low; another vendor’s product on the machine has to be dealt with first',
  },
  revive_sensor: {
    name: 'Bring the sensor back',
    ask: 'bring the silent sensors back',
    state: 'whose sensor is onboarded but silent or impaired',
    first:
      'Check proxy and firewall towards the Defender for Endpoint service, then the sensor’s service on the machine.',
    effort: 'an hour a machine',
    risk: 'low',
  },
  deallocate: {
    name: 'Stop and deallocate',
    ask: 'deallocate what is switched off',
    state: 'that were shut down but kept their allocation',
    first: 'Deallocate them, or automate the shutdown so that it deallocates: compute is billed as well until then.',
    effort: 'minutes a machine',
    risk: 'low; a deallocated machine loses a dynamic public address and its place on scarce hardware',
  },
  decide_exclusion: {
    name: 'Decide on exclusion',
    ask: 'decide which machines the sensor cannot protect shall stay on the plan',
    state: 'on which the endpoint sensor cannot be used',
    first:
      'Nodes of a service and uniform scale sets still get what the plan does without a sensor; client systems need a user licence. Exclude those for which that is not worth the price.',
    effort: 'one policy per kind of machine',
    risk: 'medium: scanning without an agent and alerts end with the plan',
  },
  query_charge: {
    name: 'Question the charge',
    ask: 'question charges for machines that were off',
    state: 'on days on which no source saw them on',
    first: 'Compare the activity log with the lines of the bill, then open a billing case with both.',
    effort: 'one case',
    risk: 'none; the records of uptime may be incomplete',
  },
  verify_health: {
    name: 'Verify the sensor',
    ask: 'find out whether the sensors work',
    state: 'of whose sensor nothing is known',
    first: 'Export the Defender for Endpoint machine list with an account that sees all device groups.',
    effort: 'one export',
    risk: 'none',
  },
  verify_power: {
    name: 'Verify the power state',
    ask: 'find out whether the machines were on',
    state: 'of whose power state nothing is known',
    first: 'Export the activity log of the subscription, or the inventory with its instance view.',
    effort: 'one export',
    risk: 'none',
  },
  find_machine: {
    name: 'Find the machine',
    ask: 'find out whom the unknown charges belong to',
    state: 'that no source knows',
    first: 'Give the collecting identity the Reader role in the subscription, and export its inventory.',
    effort: 'one role assignment',
    risk: 'none',
  },
}
