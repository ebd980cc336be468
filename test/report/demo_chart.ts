import type { Chart, Table, Value } from '../../src/report/document.ts'

/** One chart of each kind that the reports use, with invented figures. */
const usd = (amount: string): Value => ({ kind: 'money', amount, currency: 'USD' })
const count = (value: string): Value => ({ kind: 'number', value, unit: '' })
const text = (words: string): Value => ({ kind: 'text', text: words })

const table = (id: string, caption: string, labels: readonly string[], rows: readonly (readonly Value[])[]): Table => ({
  id,
  caption,
  columns: labels.map((label, i) => ({ key: `c${i}`, label, align: i === 0 ? 'start' : 'end' })),
  rows,
})

const STEPS: readonly (readonly [string, number, number, string])[] = [
  ['September', 0, 18240, 'total'],
  ['Machines added', 18240, 19910, 'up'],
  ['Machines removed', 19910, 19120, 'down'],
  ['Hours on', 19120, 17480, 'down'],
  ['P1 to P2', 17480, 18330, 'up'],
  ['Late usage', 18330, 18410, 'up'],
  ['October', 0, 18410, 'total'],
]

export const waterfall: Chart = {
  id: 'waterfall',
  title: 'From September to October, USD',
  alt: 'The bill rose from USD 18,240 to USD 18,410: machines added USD 1,670, removed −790, fewer hours −1,640, P1 to P2 850, late usage 80.',
  spec: {
    data: { name: 'steps' },
    encoding: { y: { field: 'step', type: 'nominal', sort: null, axis: { title: null } } },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x: { field: 'from', type: 'quantitative', axis: { title: 'USD', format: ',.0f' } },
          x2: { field: 'until' },
          color: {
            field: 'kind',
            type: 'nominal',
            legend: null,
            scale: { domain: ['total', 'up', 'down'], range: ['#aab3be', '#c2374b', '#15457f'] },
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 6 },
        encoding: { x: { field: 'end', type: 'quantitative' }, text: { field: 'label', type: 'nominal' } },
      },
    ],
  },
  data: {
    steps: STEPS.map(([step, from, until, kind]) => ({
      step,
      from,
      until,
      kind,
      end: Math.max(from, until),
      label:
        kind === 'total'
          ? until.toLocaleString('en')
          : `${until > from ? '+' : '−'}${Math.abs(until - from).toLocaleString('en')}`,
    })),
  },
  table: table(
    'waterfall',
    'From September to October',
    ['Step', 'Change'],
    STEPS.map(([step, from, until]) => [text(step), usd(String(until - from))]),
  ),
  ratio: 2.2,
}

const OWNERS = ['Platform', 'Payments', '<script>alert(1)</script>', 'ทีมโครงสร้างพื้นฐาน', 'No owner']
const BUCKETS = ['Protected', 'Paid without protection', 'Cannot be verified']

const shares = OWNERS.flatMap((owner, i) =>
  BUCKETS.map((bucket, j) => ({
    owner,
    bucket,
    order: j,
    cost:
      [
        [5200, 310, 120],
        [3900, 840, 60],
        [1800, 410, 220],
        [1200, 90, 30],
        [400, 950, 480],
      ][i]?.[j] ?? 0,
  })),
)

export const stacked: Chart = {
  id: 'stacked',
  title: 'Cost by owner and bucket, USD',
  alt: 'Platform and Payments carry most of the cost; machines without an owner carry most of the cost without protection.',
  spec: {
    data: { name: 'shares' },
    mark: 'bar',
    encoding: {
      y: { field: 'owner', type: 'nominal', sort: null, axis: { title: null } },
      x: { field: 'cost', type: 'quantitative', aggregate: 'sum', axis: { title: 'USD', format: ',.0f' } },
      color: { field: 'bucket', type: 'nominal', sort: BUCKETS, scale: { domain: BUCKETS } },
      order: { field: 'order', type: 'quantitative' },
    },
  },
  data: { shares },
  table: table(
    'stacked',
    'Cost by owner and bucket',
    ['Owner', ...BUCKETS],
    OWNERS.map((owner) => [
      text(owner),
      ...shares.filter((share) => share.owner === owner).map((share) => usd(String(share.cost))),
    ]),
  ),
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const cells = DAYS.flatMap((day, d) =>
  Array.from({ length: 24 }, (_, hour) => ({
    day,
    hour,
    machines:
      d > 4 ? 22 + ((hour * 7) % 5) : hour > 6 && hour < 20 ? 78 + ((hour * 11 + d) % 17) : 31 + ((hour + d) % 6),
  })),
)

export const heatMap: Chart = {
  id: 'heat-map',
  title: 'Machines on by hour and day, UTC',
  alt: 'Between 07 and 19 UTC on workdays about 85 machines are on, else about 30.',
  spec: {
    data: { name: 'cells' },
    encoding: {
      x: {
        field: 'hour',
        type: 'ordinal',
        axis: { title: 'Hour of day, UTC', labelExpr: "datum.value % 3 == 0 ? datum.label : ''" },
      },
      y: { field: 'day', type: 'ordinal', sort: DAYS, axis: { title: null } },
    },
    layer: [
      {
        mark: 'rect',
        encoding: { color: { field: 'machines', type: 'quantitative', scale: { type: 'quantize' }, legend: null } },
      },
      {
        mark: { type: 'text', fontSize: 10 },
        encoding: {
          text: { field: 'machines', type: 'quantitative' },
          color: { condition: { test: 'datum.machines > 60', value: '#ffffff' }, value: '#1b2430' },
        },
      },
    ],
  },
  data: { cells },
  narrow: 'scroll',
  table: table(
    'heat-map',
    'Machines on',
    ['Day', ...Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))],
    DAYS.map((day) => [
      text(day),
      ...cells.filter((cell) => cell.day === day).map((cell) => count(String(cell.machines))),
    ]),
  ),
  ratio: 2.6,
}

const MONTHS = Array.from({ length: 13 }, (_, i) => new Date(Date.UTC(2025, 9 + i, 1)).toISOString().slice(0, 10))
const trend = MONTHS.map((month, i) => ({
  month,
  coverage: 78 + i * 1.1 - (i === 6 ? 9 : 0),
  low: 74 + i,
  high: 84 + i,
}))

export const line: Chart = {
  id: 'line',
  title: 'Time coverage, % of machine-hours on',
  alt: 'Coverage rose from 78 % to 91 % in thirteen months, below the target of 95 %, with a dip in April.',
  spec: {
    data: { name: 'trend' },
    encoding: {
      x: {
        field: 'month',
        type: 'temporal',
        scale: { type: 'utc' },
        axis: { title: null, format: '%b %y', labelFlush: true },
      },
    },
    layer: [
      { mark: 'area', encoding: { y: { field: 'low', type: 'quantitative', title: '%' }, y2: { field: 'high' } } },
      {
        mark: 'line',
        encoding: { y: { field: 'coverage', type: 'quantitative', scale: { domain: [0, 100] }, title: '%' } },
      },
      {
        data: { values: [{}] },
        mark: { type: 'rule', strokeDash: [5, 4], color: '#c2374b' },
        encoding: { y: { datum: 95, type: 'quantitative' }, x: { value: 0 }, x2: { value: 'width' } },
      },
      {
        data: { values: [{}] },
        mark: { type: 'text', align: 'right', dy: -8, color: '#c2374b' },
        encoding: { y: { datum: 95, type: 'quantitative' }, x: { value: 'width' }, text: { value: 'Target 95 %' } },
      },
    ],
  },
  data: { trend },
  table: table(
    'line',
    'Time coverage',
    ['Month', 'Coverage'],
    trend.map((point) => [
      { kind: 'day', day: point.month },
      { kind: 'percent', value: point.coverage.toFixed(1) },
    ]),
  ),
  ratio: 2.4,
}

const curve = Array.from({ length: 38 }, (_, i) => i * 20).flatMap((hours) => [
  { hours, plan: 'P2 by the hour', cost: hours * 0.02 },
  { hours, plan: 'Server licence', cost: 9.5 },
])
const histogram = Array.from({ length: 37 }, (_, i) => ({
  hours: i * 20,
  until: i * 20 + 20,
  machines: Math.round(3 + 40 * Math.exp(-(((i - 12) / 4) ** 2)) + (i > 34 ? 55 : 0)),
}))

export const breakEven: Chart = {
  id: 'break-even',
  title: 'Cost per machine against hours on in a month, USD',
  alt: 'P2 by the hour costs more than a server licence above 475 hours; 140 machines lie above.',
  spec: {
    vconcat: [
      {
        encoding: { x: { field: 'hours', type: 'quantitative', scale: { domain: [0, 740] }, axis: { title: null } } },
        layer: [
          {
            data: { name: 'curve' },
            mark: 'line',
            encoding: {
              y: { field: 'cost', type: 'quantitative', title: 'USD a month' },
              color: { field: 'plan', type: 'nominal' },
            },
          },
          {
            data: { name: 'crossing' },
            mark: { type: 'rule', strokeDash: [4, 3] },
            encoding: { x: { field: 'hours' } },
          },
          {
            data: { name: 'crossing' },
            mark: { type: 'text', align: 'right', dx: -6, baseline: 'top' },
            encoding: { x: { field: 'hours' }, y: { value: 4 }, text: { field: 'label' } },
          },
        ],
      },
      {
        data: { name: 'histogram' },
        mark: { type: 'bar', color: '#aab3be' },
        encoding: {
          x: {
            field: 'hours',
            type: 'quantitative',
            bin: 'binned',
            scale: { domain: [0, 740] },
            axis: { title: 'Hours on in the month', tickCount: 8 },
          },
          x2: { field: 'until' },
          y: { field: 'machines', type: 'quantitative', title: 'Machines', axis: { tickCount: 2 } },
        },
      },
    ],
  },
  data: { curve, histogram, crossing: [{ hours: 475, label: 'Equal at 475 h' }] },
  table: table(
    'break-even',
    'Where licences break even',
    ['Plan', 'Hours'],
    [[text('P2 against server licence'), { kind: 'number', value: '475', unit: 'h' }]],
  ),
  ratio: 1.7,
}

const STAGES = [
  ['Eligible', 412],
  ['On', 388],
  ['Billed', 371],
  ['Matched to a device', 352],
  ['Healthy', 318],
] as const

export const funnel: Chart = {
  id: 'funnel',
  title: 'From eligible to healthy, machines',
  alt: 'Of 412 eligible machines 388 were on, 371 billed, 352 matched and 318 healthy.',
  spec: {
    data: { name: 'stages' },
    encoding: {
      y: { field: 'stage', type: 'nominal', sort: null, axis: { title: null } },
      x: { field: 'machines', type: 'quantitative', axis: null },
    },
    layer: [
      { mark: 'bar' },
      { mark: { type: 'text', align: 'left', dx: 6 }, encoding: { text: { field: 'machines', type: 'quantitative' } } },
    ],
  },
  data: { stages: STAGES.map(([stage, machines]) => ({ stage, machines })) },
  table: table(
    'funnel',
    'From eligible to healthy',
    ['Stage', 'Machines'],
    STAGES.map(([stage, machines]) => [text(stage), count(String(machines))]),
  ),
}
