import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig, unknownVariables } from '../src/config.ts'
import { parseConfig } from '../src/config_file.ts'
import { AGREEMENTS } from '../src/config_licensing.ts'
import { configJsonSchema, configSchema } from '../src/config_schema.ts'
import { SETTINGS } from '../src/config_setting.ts'
import { readColumns } from '../src/engine/list_file.ts'
import { HourwiseError, printableError } from '../src/errors.ts'
import { packageRoot } from '../src/package_root.ts'

function errorOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof HourwiseError) return printableError(error)
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('hourwise.yaml', () => {
  test('a misspelt key is an error at its line and column, with the key that was meant', () => {
    const text = errorOf(() => parseConfig('period: 2026-10\nowner_tags: team\n', 'hourwise.yaml'))
    expect(text).toContain('hourwise.yaml:2:1')
    expect(text).toContain('unknown key owner_tags; did you mean owner_tag?')
  })

  test('a misspelt key within a list entry is found where it stands', () => {
    const text = errorOf(() => parseConfig('control_totals:\n  - currency: EUR\n    ammount: 1\n', 'h.yaml'))
    expect(text).toContain('h.yaml:3:5  unknown key ammount; did you mean amount?')
    expect(text).toContain('h.yaml:2:5  amount: expected a decimal number such as 10412.07, found nothing')
  })

  test('amounts keep every digit, quoted or not', () => {
    const config = parseConfig(
      'control_totals:\n  - { currency: EUR, amount: 10412.070000000000000001 }\n  - { currency: USD, amount: "1.10" }\n',
      'h.yaml',
    )
    expect(config.control_totals).toEqual([
      { currency: 'EUR', amount: '10412.070000000000000001' },
      { currency: 'USD', amount: '1.10' },
    ])
  })

  test.each([
    ['reports: [monthly]\n', '1:11', 'expected one of monthly-review, true-up, executive-summary, found "monthly"'],
    ['reports: monthly-review\n', '1:10', 'expected a list, such as [a, b], found "monthly-review"'],
    ['formats: []\n', '1:10', 'expected at least one entry'],
    ['period: 2026-13\n', '1:9', 'expected a month such as 2026-10, found "2026-13"'],
    ['from: 2026-02-30\n', '1:7', 'expected a day such as 2026-10-31, found "2026-02-30"'],
    ['quiet: sometimes\n', '1:8', 'expected true or false, found "sometimes"'],
    ['control_totals:\n  - currency: XYZ\n    amount: 1\n', '2:15', 'XYZ is not a currency code of ISO 4217'],
    [
      'control_totals:\n  - currency: eur\n    amount: 1\n',
      '2:15',
      'expected an ISO 4217 currency code such as EUR, found "eur"',
    ],
    [
      'control_totals:\n  - currency: EUR\n    amount: 1,5\n',
      '3:13',
      'expected a decimal number such as 10412.07, found "1,5"',
    ],
    ['targets: { time_coverage: 101 }\n', '1:27', 'expected a percentage from 0 to 100, such as 95'],
    ['targets: { coverage: 95 }\n', '1:12', 'unknown key coverage'],
    ['fail_on: [coverag<95]\n', '1:11', 'expected a condition such as coverage<95'],
    [
      'exchange_rates:\n  - { from: USD, to: EUR, rate: 0.92, day: 2026-10-31 }\n',
      '2:5',
      'expected a text, found nothing',
    ],
    ['subscriptions: [production]\n', '1:17', 'expected a subscription id (GUID), found "production"'],
    ['- a\n- b\n', '1:1', 'expected keys and values, found a list'],
  ])('%j is refused at %s', (source, place, message) => {
    const text = errorOf(() => parseConfig(source, 'hourwise.yaml'))
    expect(text).toContain(`hourwise.yaml:${place}`)
    expect(text).toContain(message)
  })

  test('broken YAML is refused with its place', () => {
    expect(errorOf(() => parseConfig('period: 2026-10\n  out: x\n', 'h.yaml'))).toMatch(/h\.yaml:[12]:\d+/)
    expect(errorOf(() => parseConfig('period: 2026-10\nperiod: 2026-09\n', 'h.yaml'))).toContain('h.yaml:2:1')
  })

  test('a language is one that has a file, and a misspelt one is told which was meant', () => {
    expect(parseConfig('lang: th\n', 'h.yaml')).toEqual({ lang: 'th' })
    expect(errorOf(() => parseConfig('lang: xx\n', 'h.yaml'))).toContain('lang: "xx" is none of the languages en, th')
    expect(errorOf(() => parseConfig('lang: thai\n', 'h.yaml'))).toContain('did you mean th?')
  })

  test('an empty file says nothing', () => {
    expect(parseConfig('', 'h.yaml')).toEqual({})
    expect(parseConfig('# only a comment\n', 'h.yaml')).toEqual({})
  })

  test('the published JSON Schema is that of the code', () => {
    expect(JSON.parse(readFileSync(join(packageRoot, 'src/config.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(configJsonSchema())),
    )
  })

  test('the example of the README is a configuration', () => {
    const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
    const example = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1]
    expect(Object.keys(parseConfig(String(example), 'README.md'))).not.toEqual([])
    expect(Object.keys(parse(String(example)))).toEqual(
      expect.arrayContaining(['owner_tag', 'control_totals', 'offers', 'exchange_rates']),
    )
  })
})

describe('offers, licences and pins', () => {
  test('a price needs an offer, an amount and a currency only; an own offer says what it is', () => {
    const { offers } = parseConfig('offers: [{ offer_id: mde-p2, price: 4.10, currency: EUR }]', 'h.yaml')
    expect(offers).toEqual([{ offer_id: 'mde-p2', price: '4.10', currency: 'EUR' }])
    const own = '{ offer_id: own, route: server, unit: server-month, price: 4, currency: EUR }'
    expect(parseConfig(`offers: [${own}]\nlicences: [{ offer_id: own, quantity: 3 }]`, 'h.yaml').licences).toEqual([
      { offer_id: 'own', quantity: 3 },
    ])
    expect(errorOf(() => parseConfig('licences: [{ offer_id: own, quantity: 3 }]', 'h.yaml'))).toContain(
      'h.yaml:1:24\n    offer_id: no offer is called own',
    )
  })

  test('the agreements are those of the list', () => {
    expect(readColumns('src/licensing/agreement.csv', ['agreement']).flat()).toEqual([...AGREEMENTS])
  })
})

describe('flag over environment over configuration over default', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hourwise-config-'))
    writeFileSync(
      join(folder, 'hourwise.yaml'),
      'owner_tag: from-file\nperiod: 2026-08\nformats: [csv]\ncolor: false\nout: results\n',
    )
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('each level displaces the next', () => {
    const env = { HOURWISE_OWNER_TAG: 'from-environment' }
    expect(readConfig(folder, {}, {}).ownerTag).toBe('from-file')
    expect(readConfig(folder, {}, env).ownerTag).toBe('from-environment')
    expect(readConfig(folder, { owner_tag: 'from-flag' }, env).ownerTag).toBe('from-flag')
    expect(readConfig(tmpdir(), {}, {}).ownerTag).toBe('owner')
  })

  test('days given as flags displace a month given elsewhere', () => {
    expect(readConfig(folder, {}, {}).period).toEqual({ fromDay: '2026-08-01', untilDay: '2026-09-01' })
    expect(readConfig(folder, { from: '2026-09-05', to: '2026-09-05' }, {}).period).toEqual({
      fromDay: '2026-09-05',
      untilDay: '2026-09-06',
    })
    expect(readConfig(folder, {}, { HOURWISE_PERIOD: '2024-02' }).period).toEqual({
      fromDay: '2024-02-01',
      untilDay: '2024-03-01',
    })
  })

  test('month and days on one level contradict each other', () => {
    expect(errorOf(() => readConfig(folder, { period: '2026-10', from: '2026-10-01' }, {}))).toContain('both asked for')
    expect(errorOf(() => readConfig(folder, { from: '2026-10-01' }, {}))).toContain('only the first day')
    expect(errorOf(() => readConfig(folder, { from: '2026-10-02', to: '2026-10-01' }, {}))).toContain(
      'ends before it begins',
    )
  })

  test('lists come with commas or by repeating', () => {
    expect(readConfig(folder, { formats: ['html,pdf', 'json'] }, {}).formats).toEqual(['html', 'pdf', 'json'])
    expect(readConfig(folder, {}, { HOURWISE_FORMAT: 'pdf, csv' }).formats).toEqual(['pdf', 'csv'])
    expect(
      readConfig(folder, { fail_on: ['coverage<95,grade<B', 'residual>1%'] }, {}).gates.map((gate) => gate.text),
    ).toEqual(['coverage<95', 'grade<B', 'residual>1%'])
  })

  test('the cache: off, a folder, or where the system keeps caches', () => {
    const cache = (flags: Parameters<typeof readConfig>[1], env: Record<string, string>) =>
      readConfig(folder, flags, env).cache
    expect(cache({}, { XDG_CACHE_HOME: '/caches', HOME: '/home/a' })).toBe('/caches/hourwise')
    expect(cache({}, { XDG_CACHE_HOME: 'relative', HOME: '/home/a' })).toMatch(
      /^\/home\/a\/(\.cache|Library\/Caches)\/hourwise$/,
    )
    expect(cache({}, {})).toBeUndefined()
    expect(cache({ cache: 'kept' }, { HOURWISE_CACHE: 'off', HOME: '/home/a' })).toBe('kept')
    expect(cache({ cache: false }, { HOURWISE_CACHE: 'kept', HOME: '/home/a' })).toBeUndefined()
    expect(cache({}, { HOURWISE_CACHE: 'off', HOME: '/home/a' })).toBeUndefined()
  })

  test('every setting of the file that is a flag has a variable too, and both are checked', () => {
    const structured = [
      'brand',
      'control_totals',
      'offers',
      'exchange_rates',
      'waivers',
      'endpoint_region',
      'licences',
      'pins',
      'short_lived_days',
      'targets',
    ]
    expect(SETTINGS.map((setting) => setting.key).sort()).toEqual(
      Object.keys(configSchema.shape)
        .filter((key) => !structured.includes(key))
        .sort(),
    )
    expect(errorOf(() => readConfig(folder, { formats: 'htlm' }, {}))).toContain(
      '--format: expected one of html, pdf, xlsx, csv, parquet, json, found "htlm"; did you mean html?',
    )
    expect(errorOf(() => readConfig(folder, {}, { HOURWISE_FORMAT: 'htlm' }))).toContain(
      'HOURWISE_FORMAT: expected one of',
    )
    expect(errorOf(() => readConfig(folder, { output: 'out/october' }, {}))).toContain(
      'the folder of the results is --out',
    )
  })

  test('a folder named in the file is relative to the file', () => {
    expect(readConfig(folder, {}, {}).out).toBe(join(folder, 'results'))
    expect(readConfig(folder, { out: 'here' }, {}).out).toBe('here')
  })

  test('colour is off in the file, by NO_COLOR and on a dumb terminal', () => {
    expect(readConfig(folder, {}, {}).color).toBe(false)
    expect(readConfig(tmpdir(), {}, {}).color).toBe(true)
    expect(readConfig(tmpdir(), {}, { NO_COLOR: '1' }).color).toBe(false)
    expect(readConfig(tmpdir(), {}, { TERM: 'dumb' }).color).toBe(false)
  })

  test('switches of the environment are 1 or 0', () => {
    expect(readConfig(folder, {}, { HOURWISE_QUIET: '1' }).quiet).toBe(true)
    expect(readConfig(folder, {}, { HOURWISE_QUIET: '' }).quiet).toBe(false)
    expect(errorOf(() => readConfig(folder, {}, { HOURWISE_QUIET: 'maybe' }))).toContain(
      'HOURWISE_QUIET: expected 1 or 0',
    )
  })

  test('a variable that is no setting is told, with the one that was meant', () => {
    expect(unknownVariables({ HOURWISE_FORMATS: 'pdf', HOURWISE_OUT: 'x', PATH: '' })).toEqual([
      'HOURWISE_FORMATS is no setting and was ignored; did you mean HOURWISE_FORMAT?',
    ])
  })

  test('a missing configuration file that was asked for is an error', () => {
    expect(errorOf(() => readConfig(folder, { config: join(folder, 'none.yaml') }, {}))).toContain(
      'the configuration file cannot be read',
    )
  })
})
