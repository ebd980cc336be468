import fc from 'fast-check'

/** First second of every random period: 2026-10-01. */
export const FROM_DAY = '2026-10-01'

/** Seconds from the period's start, also before and after the period; coarse, so that moments coincide. */
const moment = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: -3, max: 12 }).map((half) => half * 12),
      fc.integer({ min: -40, max: 150 }),
    ),
    fc.constantFrom(0, 0, 0, 0, 1, 300, 1799, 2700),
  )
  .map(([hour, seconds]) => hour * 3600 + seconds)

const dayIndex = fc.oneof(fc.constantFrom(0, 0, 1), fc.integer({ min: -1, max: 5 }))
const often = fc.constantFrom(true, true, true, false)
const seldom = fc.constantFrom(false, false, false, true)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 })

const money = {
  plan: fc.constantFrom('P1', 'P2', 'P2'),
  meter: fc.constantFrom('standard', 'standard', 'standard', 'trial', 'benefit'),
  hundredths: fc.oneof(fc.constantFrom(2400, 2400, 1200, 100, 0, 2700, -300), fc.integer({ min: -500, max: 3000 })),
  cost: fc.oneof(fc.constantFrom(480000, 0, -7), fc.integer({ min: -1000, max: 600000 })), // millionths
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
  words: fc.constantFrom('product', 'product', 'meter', 'sibling', 'allocation rule'),
  unit: fc.constantFrom('1 Hour', '1 Hour', '10 Hours', 'unknown'),
}

const machineCharge = fc.record({ dayIndex, ...money })

const event = fc.record({
  operation: fc.constantFrom(
    'start',
    'deallocate',
    'start',
    'deallocate',
    'power_off',
    'restart',
    'write',
    'delete',
    'stopped_internally',
    'preempted',
    'allocated',
  ),
  at: moment,
  status: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'succeeded', 'failed', 'started'),
  startedBefore: maybe(fc.constantFrom(0, 60, 1800, 3600)),
  isCorrelated: often,
  copies: fc.constantFrom(1, 1, 2),
  hasVmId: seldom,
})

const device = fc.record({
  hasVmId: fc.boolean(),
  hasResourceId: fc.boolean(),
  dnsName: fc.constantFrom('fqdn', 'host', 'host', null),
  onboarding: fc.constantFrom(
    'onboarded',
    'onboarded',
    'onboarded',
    'onboarded',
    'can_be_onboarded',
    'unsupported',
    null,
  ),
  osClass: fc.constantFrom('server', 'server', 'server', 'server', 'client', 'unknown'),
  health: fc.array(
    fc.constantFrom(
      'active',
      'active',
      'active',
      'inactive',
      'impaired_communication',
      'no_sensor_data',
      'unknown',
      'absent',
    ),
    { minLength: 1, maxLength: 3 },
  ),
  lagHours: fc.array(fc.constantFrom(0, 1, 20, 24, 25, 40, 60), { minLength: 1, maxLength: 3 }),
  firstSeen: moment,
  isDuplicate: seldom,
  isMerged: seldom,
})

const machine = fc.record({
  kind: fc.constantFrom('vm', 'vm', 'vm', 'vm', 'arc', 'instance', 'set'),
  subscription: fc.constantFrom(0, 0, 1),
  history: fc.constantFrom('plain', 'plain', 'recreated', 'moved', 'moved'),
  turn: moment, // of recreation or move
  hasVmId: often,
  name: fc.integer({ min: 0, max: 3 }),
  hasFqdn: fc.boolean(),
  created: maybe(moment),
  isRecreatedKnown: fc.boolean(), // created_at of the second machine is its turn
  power: fc.array(fc.constantFrom('running', 'running', 'stopped', 'off', null, 'absent'), { maxLength: 3 }),
  arc: fc.array(fc.constantFrom('connected', 'connected', 'disconnected', 'expired', 'connecting', null, 'absent'), {
    maxLength: 3,
  }),
  arcChangedHours: fc.array(maybe(fc.integer({ min: 0, max: 30 })), { minLength: 1, maxLength: 3 }),
  events: fc.oneof(fc.constant([]), fc.array(event, { maxLength: 4 })),
  /** Values of the availability metric from an hour on; null: the hour has none. */
  metric: fc.record({
    fromHour: fc.integer({ min: -30, max: 60 }),
    values: fc.oneof(
      fc.constant([]),
      fc.array(fc.constantFrom('1', '1', '1', '0', '0', '0.5', null), { maxLength: 40 }),
    ),
  }),
  compute: fc.array(
    fc.record({
      dayIndex,
      ten_thousandths: fc.oneof(
        fc.constantFrom(240000, 239997, 100000, 8667, 0),
        fc.integer({ min: -10000, max: 260000 }),
      ),
    }),
    { maxLength: 3 },
  ),
  charges: fc.array(machineCharge, { maxLength: 4 }),
  system: fc.constantFrom('server', 'server', 'server', 'server', 'client', 'service', 'group'),
  extension: fc.array(fc.constantFrom(null, 'succeeded', 'failed', 'creating'), { maxLength: 2 }),
  plan: fc.array(fc.constantFrom(null, null, 'free', 'p1', 'inherited'), { maxLength: 2 }),
  devices: fc.array(device, { maxLength: 2 }),
})

const subscription = fc.record({
  settings: fc.array(
    fc.constantFrom(
      null,
      { tier: 'standard', subPlan: 'p2', enabledHours: -100 },
      { tier: 'standard', subPlan: 'p1', enabledHours: -100 },
      { tier: 'standard', subPlan: null, enabledHours: 30 },
      { tier: 'standard', subPlan: 'p2', enabledHours: null },
      { tier: 'free', subPlan: null, enabledHours: null },
    ),
    { maxLength: 2 },
  ),
  posture: fc.array(fc.constantFrom('standard', 'free', null), { maxLength: 2 }),
  isEndpointOn: fc.option(fc.boolean(), { nil: null }),
})

const wholeCharge = fc.record({
  form: fc.constantFrom('pricings', 'pricings', 'null', 'bare', 'workspace', 'nothing known'),
  subscription: fc.constantFrom(0, 0, 1, 9),
  dayIndex,
  ...money,
})

const oddCharge = fc.record({
  form: fc.constantFrom('mdeservers', 'vault'),
  subscription: fc.constantFrom(0, 1),
  dayIndex,
  ...money,
})

const times = (maxLength: number) => fc.uniqueArray(moment, { maxLength }).map((list) => list.sort((a, b) => a - b))

const shape = {
  days: fc.integer({ min: 2, max: 5 }),
  dataset: fc.constantFrom('actual', 'actual', 'focus', 'amortized'),
  direct: fc.array(device, { maxLength: 2 }),
  subscriptions: fc.tuple(subscription, subscription),
  wholeCharges: fc.oneof(fc.constant([]), fc.array(wholeCharge, { maxLength: 4 })),
  oddCharges: fc.array(oddCharge, { maxLength: 1 }),
  inventoryTimes: times(3),
  endpointTimes: times(5),
  extensionTimes: times(2),
  planTimes: times(2),
  setMode: fc.constantFrom('uniform', 'flexible', null),
}

/** Random small estates in which the hard cases are frequent: what one is made of; rows follow from it by `rowsOfSpec`. Small, so that it shrinks to a few lines. */
export const estateSpec = fc.record({ machines: fc.array(machine, { minLength: 1, maxLength: 6 }), ...shape })

/** Estates of many machines, of which each six share their host names: many hard cases in one ledger. */
export const largeEstateSpec = fc.record({
  ...shape,
  days: fc.constant(5),
  machines: fc
    .array(machine, { minLength: 36, maxLength: 36 })
    .map((list) => list.map((spec, at) => ({ ...spec, name: spec.name + 4 * Math.floor(at / 6) }))),
  wholeCharges: fc.array(wholeCharge, { minLength: 2, maxLength: 6 }),
  inventoryTimes: fc.uniqueArray(moment, { minLength: 2, maxLength: 4 }).map((list) => list.sort((a, b) => a - b)),
  endpointTimes: fc.uniqueArray(moment, { minLength: 4, maxLength: 8 }).map((list) => list.sort((a, b) => a - b)),
})

export type EstateSpec = typeof estateSpec extends fc.Arbitrary<infer T> ? T : never
export type MachineSpec = EstateSpec['machines'][number]
export type DeviceSpec = EstateSpec['direct'][number]
export type MoneySpec = MachineSpec['charges'][number]
