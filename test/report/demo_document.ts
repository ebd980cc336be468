import type { Document, Table, Value } from '../../src/report/document.ts'
import { breakEven, funnel, heatMap, line, stacked, waterfall } from './demo_chart.ts'

/** A document with every block and every kind of chart. Its names are as hostile as strangers can make them. */
export const HOSTILE = {
  script: '</script><img src=x onerror=alert(1)>',
  formula: "=cmd|'/C calc'!A0",
  override: 'invoice\u202efdp.exe',
  token: 'vm'.repeat(150),
  emoji: 'prod 👩‍💻🚀',
  thai: 'เครื่องแม่ข่ายหลักที่กรุงเทพ',
  arabic: 'خادم الفواتير',
  chinese: '生产服务器',
  quote: `"><svg onload='alert(1)'>&amp;`,
} as const

const text = (words: string): Value => ({ kind: 'text', text: words })
const usd = (amount: string): Value => ({ kind: 'money', amount, currency: 'USD' })
const hours = (value: string): Value => ({ kind: 'number', value, unit: 'h', digits: 1 })
const percent = (value: string): Value => ({ kind: 'percent', value })
const unknown: Value = { kind: 'unknown', reason: 'no price of P2 in NOK' }

const machines: Table = {
  id: 'machines',
  caption: 'Machines by cost without protection',
  columns: [
    { key: 'machine', label: 'Machine', align: 'start', width: 0.3 },
    { key: 'owner', label: 'Owner', align: 'start' },
    { key: 'hours', label: 'Hours on', align: 'end' },
    { key: 'coverage', label: 'Coverage', align: 'end' },
    { key: 'cost', label: 'Without protection', align: 'end', bar: true },
  ],
  rows: [
    ...Object.entries(HOSTILE).map(([owner, name], i) => [
      text(name),
      text(owner),
      hours(`${700 - i * 31}.25`),
      percent(`${12.45 + i}`),
      usd(`${90 - i * 7}.335`),
    ]),
    ...Array.from({ length: 30 }, (_, i) => [
      text(`web-${String(i + 1).padStart(2, '0')}`),
      text('Platform'),
      hours(`${300 - i}.75`),
      percent(`${60 + i}`),
      usd(`${20 - i * 0.5}`),
    ]),
    [text('db-01'), text('Payments'), hours('744'), unknown, unknown],
  ],
  total: [text('Total'), text(''), hours('19312.5'), percent('71.25'), usd('1234567.885')],
  all: 452,
  file: 'machines.csv',
  details: Array.from({ length: 40 }, (_, i) =>
    i % 3 === 0
      ? {
          label: `Hours of machine ${i + 1} day by day`,
          columns: [
            { key: 'day', label: 'Day', align: 'start' as const },
            { key: 'hours', label: 'Hours on', align: 'end' as const, bar: true },
          ],
          rows: Array.from({ length: 5 }, (_, d) => [
            { kind: 'day' as const, day: `2026-10-0${d + 1}` },
            hours(String(24 - d * 3)),
          ]),
        }
      : null,
  ),
}

const sources: Table = {
  id: 'sources',
  caption: 'What was read',
  columns: [
    { key: 'source', label: 'Source', align: 'start' },
    { key: 'rows', label: 'Rows', align: 'end' },
    { key: 'newest', label: 'Newest record', align: 'end' },
    { key: 'change', label: 'Change', align: 'end', bar: true },
  ],
  rows: [
    [
      text('Cost export, actual, October'),
      { kind: 'number', value: '184233', unit: '' },
      { kind: 'moment', at: 1793505600 },
      usd('512.5'),
    ],
    [
      text('Endpoint devices'),
      { kind: 'number', value: '418', unit: '' },
      { kind: 'moment', at: 1793419200 },
      usd('-204.125'),
    ],
    [text('Activity log'), { kind: 'number', value: '99120', unit: '' }, { kind: 'moment', at: 1793502000 }, unknown],
  ],
}

export const demoDocument: Document = {
  id: 'monthly-review',
  title: 'Monthly review of Defender for Servers',
  subtitle: 'Northwind Traders, 1 to 31 October 2026',
  language: 'en',
  footer: 'October 2026 · USD, JPY · data grade B · Hourwise 0.1.0',
  createdAt: 1793577600,
  keywords: ['Defender for Servers', 'coverage', 'October 2026'],
  pages: [
    {
      id: 'headlines',
      label: 'Headlines',
      title: '12 % of the Defender bill protected nothing',
      blocks: [
        {
          type: 'tiles',
          tiles: [
            {
              label: 'Billed cost',
              value: usd('18410.005'),
              note: [usd('170'), ' more than in September'],
              target: ['below ', usd('18000')],
              formula: 'Sum of the billed cost of all Defender meters.',
              status: 'watch',
              sparkline: ['16200', '16900', null, '17800', '18240', '18410'],
            },
            {
              label: 'Cost per protected machine-hour',
              value: { kind: 'money', amount: '0.0231456', currency: 'USD', digits: 4 },
              note: ['The list price is ', { kind: 'money', amount: '0.02', currency: 'USD', digits: 4 }],
              formula: 'Cost ÷ protected hours.',
              status: 'good',
              sparkline: ['0.025', '0.024', '0.0236', '0.0231'],
            },
            {
              label: 'Time coverage',
              value: percent('91.25'),
              note: [percent('1.1'), ' more than in September'],
              target: [percent('95')],
              formula: 'Protected hours ÷ hours on.',
              status: 'bad',
              sparkline: ['80', '84', '83', '88', '90', '91.25'],
            },
            {
              label: 'Spent without protection',
              value: usd('2209.2'),
              note: ['also ', { kind: 'money', amount: '310450', currency: 'JPY' }],
              formula: 'Cost of hours that a sensor did not watch.',
              status: 'none',
            },
            {
              label: 'Savings available a year',
              value: usd('26510.4'),
              note: ['low ', usd('19800'), ', high ', usd('31200')],
              formula: 'Sum of the actions on page 5, which exclude each other.',
            },
            {
              label: 'Savings realised',
              value: { kind: 'unknown', reason: 'there is no earlier run to compare with' },
              formula: 'Cost of the same machines in the last run less their cost now.',
            },
          ],
        },
        {
          type: 'callout',
          tone: 'ask',
          title: 'Repair 31 sensors by 15 November',
          text: [
            'This brings ',
            usd('1412.5'),
            ' a month under protection; the list is in ',
            { link: 'actions.csv', to: 'actions.csv' },
            '.',
          ],
        },
        {
          type: 'paragraph',
          text: [
            'Data grade ',
            { strong: 'B' },
            '. The reconciliation leaves ',
            usd('-3.1'),
            ' unexplained, ',
            percent('-0.02'),
            ' of the bill; see ',
            { link: 'the method', to: '#method' },
            '.',
          ],
        },
      ],
    },
    {
      id: 'changes',
      label: 'What changed',
      title: 'More machines, fewer hours: the bill rose by USD 170',
      blocks: [
        { type: 'chart', chart: waterfall },
        { type: 'heading', text: 'Where it was counted' },
        { type: 'table', table: sources },
      ],
    },
    {
      id: 'money',
      label: 'Where the money goes',
      title: 'Machines without an owner carry most of what is lost',
      blocks: [
        { type: 'chart', chart: stacked },
        { type: 'table', table: machines },
      ],
    },
    {
      id: 'uptime',
      label: 'Uptime',
      title: 'Two thirds of the fleet sleep at night',
      blocks: [
        { type: 'chart', chart: heatMap },
        {
          type: 'pair',
          left: [{ type: 'chart', chart: funnel }],
          right: [
            { type: 'heading', text: 'How to read this' },
            {
              type: 'paragraph',
              text: [
                'Each bar counts machines that passed the step before: ',
                { code: 'eligible → on → billed → matched → healthy' },
                '.',
              ],
            },
            {
              type: 'list',
              items: [['Machines that were deleted within the month count.'], ['Client devices do not.']],
            },
          ],
        },
      ],
    },
    {
      id: 'trend',
      label: 'Trend',
      title: 'Coverage rises, and stays below the target',
      blocks: [
        { type: 'chart', chart: line },
        {
          type: 'unavailable',
          what: 'Forecast',
          why: 'A forecast needs three whole months; the data begin in September.',
          remedy: 'Export the months from July on and run again.',
        },
      ],
    },
    {
      id: 'break-even-page',
      label: 'Break-even',
      title: 'A server licence pays above 475 hours a month',
      blocks: [
        { type: 'chart', chart: breakEven },
        {
          type: 'sliders',
          sliders: {
            id: 'prices',
            caption: 'Try other prices',
            currency: 'USD',
            offers: [
              {
                label: 'P2 against a server licence',
                hourly: { from: '0.005', to: '0.04', step: '0.001', start: '0.02' },
                monthly: { from: '4', to: '20', step: '0.5', start: '9.5' },
              },
            ],
            machines: [
              { hours: 200, count: 210 },
              { hours: 500, count: 120 },
              { hours: 744, count: 82 },
            ],
            table: {
              id: 'prices-table',
              caption: 'Hours at which a server licence breaks even',
              columns: [
                { key: 'hourly', label: 'Price per hour', align: 'start' },
                { key: 'even', label: 'Breaks even at', align: 'end' },
              ],
              rows: [
                [usd('0.02'), hours('475')],
                [usd('0.01'), hours('950')],
              ],
            },
          },
        },
        { type: 'signOff', roles: ['Licence owner', 'FinOps lead', 'Security lead'] },
      ],
    },
    {
      id: 'method',
      label: 'Method',
      title: 'How these figures were made',
      blocks: [
        {
          type: 'definitions',
          items: [
            { term: 'Protected', text: ['A machine-hour on, billed, and watched by a healthy sensor.'] },
            {
              term: 'Time coverage',
              text: ['Protected hours divided by hours on, ', percent('91.25'), ' in October.'],
            },
            {
              term: HOSTILE.script,
              text: [text(HOSTILE.quote), ' ', { code: HOSTILE.token }, ' ', { strong: HOSTILE.thai }],
            },
          ],
        },
        {
          type: 'callout',
          tone: 'warning',
          title: `No owner for ${HOSTILE.override}`,
          text: [text(HOSTILE.arabic), ' and ', text(HOSTILE.emoji), ' have no owner tag.'],
        },
        {
          type: 'callout',
          tone: 'info',
          title: 'Prices',
          text: [
            'List prices of ',
            { kind: 'day', day: '2026-10-03' },
            ', ',
            { link: 'source', to: 'https://prices.azure.com/api/retail/prices' },
            ', never ',
            { link: 'this', to: 'javascript:alert(1)' },
            '.',
          ],
        },
        { type: 'paragraph', tone: 'muted', text: ['One figure: ', unknown, '.'] },
      ],
    },
  ],
}
