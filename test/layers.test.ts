// Who may import whom, and which SQL may read which schema: the table of src/README.md.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ACTION_MODELS, HISTORY_MODELS, LEDGER_MODELS } from '../src/models.ts'
import { packageRoot } from '../src/package_root.ts'

const files = ['src', 'reports'].flatMap((folder) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    join(folder, name).replaceAll('\\', '/'),
  ),
)
const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
const text = (file: string) => readFileSync(join(packageRoot, file), 'utf8')
const code = (file: string) =>
  text(file)
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')

/** The part of the house a file belongs to: its folder, or the file itself at the top of src. */
function partOf(file: string): string {
  if (file.startsWith('reports/')) return 'reports'
  const [, first = '', ...rest] = file.split('/')
  return rest.length === 0 ? first : first
}

const GROUND = [
  'types.ts',
  'errors.ts',
  'calendar.ts',
  'suggestion.ts',
  'package_root.ts',
  'language.ts',
  'collection_schema.ts',
]
const CONFIGURATION = [
  'config.ts',
  'config_file.ts',
  'config_licensing.ts',
  'config_schema.ts',
  'config_setting.ts',
  'config_value.ts',
  'gate.ts',
]

/** What each part may import beside itself and the ground. The reason stands in the message of a failure. */
const MAY_IMPORT: Record<string, { parts: readonly string[]; because: string }> = {
  engine: { parts: [], because: 'the engine runs SQL and knows nothing of what it is about' },
  normalise: { parts: ['engine'], because: 'reading files must not depend on what is made of them' },
  'models.ts': { parts: [], because: 'it is a list' },
  ledger: { parts: ['engine', 'models.ts'], because: 'the ledger reads relations of schema normalise, not its code' },
  licensing: { parts: ['engine', 'models.ts', 'ledger'], because: 'the licence comparison follows the ledger' },
  actions: { parts: ['engine', 'models.ts', 'ledger'], because: 'actions follow from ledger and licences' },
  integration: { parts: ['engine', 'models.ts'], because: 'it reads relations of the stages before it' },
  forecast: { parts: ['engine', 'models.ts'], because: 'it reads relations of the stages before it' },
  explain: { parts: ['engine', 'models.ts'], because: 'explaining reads relations that are built' },
  report: { parts: [], because: 'drawing knows documents only: no SQL, no stage' },
  reports: { parts: ['engine', 'report'], because: 'a report reads relations and gives a document' },
  output: {
    parts: ['engine', 'normalise', 'explain', 'report', 'reports', 'effects.ts', 'progress.ts', ...CONFIGURATION],
    because: 'results read relations, not the code of the stages',
  },
  collect: { parts: [], because: 'going out must not depend on what is made of the answers' },
  'collect_command.ts': {
    parts: ['collect', 'effects.ts', 'progress.ts'],
    because: 'it is the command line of collect',
  },
  'explain_command.ts': {
    parts: ['run.ts', 'world.ts', 'output', ...CONFIGURATION],
    because: 'it is the command line of explain',
  },
  'world.ts': {
    parts: ['engine', 'normalise', 'output', 'effects.ts', 'progress.ts', ...CONFIGURATION],
    because: 'it knows no stage, only where a run works and with how much',
  },
  'effects.ts': { parts: [], because: 'it is the door to the world' },
  'progress.ts': { parts: ['effects.ts'], because: 'it only prints' },
  'period.ts': { parts: ['engine'], because: 'it reads what the cost data covers' },
  'gate.ts': { parts: ['engine'], because: 'it reads figures' },
  'config_value.ts': { parts: [], because: 'it is what a value looks like' },
  'config_licensing.ts': {
    parts: ['engine', 'config_value.ts'],
    because: 'it knows the bundled lists, not what is made of them',
  },
  'config_schema.ts': { parts: CONFIGURATION, because: 'configuration depends on no stage' },
  'config_setting.ts': { parts: CONFIGURATION, because: 'configuration depends on no stage' },
  'config_file.ts': { parts: CONFIGURATION, because: 'configuration depends on no stage' },
  'config.ts': { parts: CONFIGURATION, because: 'configuration depends on no stage' },
  'cli.ts': {
    parts: [
      'run.ts',
      'world.ts',
      'collect_command.ts',
      'explain_command.ts',
      'output',
      'effects.ts',
      'progress.ts',
      ...CONFIGURATION,
    ],
    because: 'the command line starts runs, not stages',
  },
}

/** Imports of a file, as paths from the package root. */
function importsOf(file: string): string[] {
  return [...code(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(packageRoot, join(packageRoot, dirname(file), String(target))),
  )
}

/** The packages that are loaded with a file at once, for it or for a file that it imports. */
function packagesAtOnce(start: string): string[] {
  const loaded = new Set<string>()
  const packages = new Set<string>()
  const load = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const [, name = ''] of code(file).matchAll(/^import (?!type )(?:[^']*? from )?'([^']+)'/gm)) {
      if (name.startsWith('.')) load(relative(packageRoot, join(packageRoot, dirname(file), name)))
      else if (!name.startsWith('node:')) packages.add(name)
    }
  }
  load(start)
  return [...packages].sort()
}

describe('imports', () => {
  test.each(sources)('%s', (file) => {
    const part = partOf(file)
    if (part === 'run.ts') return
    const rule = GROUND.includes(part)
      ? { parts: [], because: 'the ground carries and is not carried' }
      : MAY_IMPORT[part]
    if (rule === undefined) throw new Error(`${part} has no rule in test/layers.test.ts and src/README.md`)
    for (const target of importsOf(file)) {
      const allowed = [part, ...GROUND, ...rule.parts].includes(partOf(target))
      expect(allowed, `${file} imports ${target}, but ${rule.because}`).toBe(true)
    }
  })

  test('only run.ts knows every stage', () => {
    const stages = ['normalise', 'ledger', 'licensing', 'actions', 'output']
    const knowing = sources.filter((file) =>
      stages.every((stage) => importsOf(file).some((target) => partOf(target) === stage)),
    )
    expect(knowing).toEqual(['src/run.ts'])
  })

  test('help and mistyped flags load neither the engine, nor the drawing, nor the Azure SDKs', () => {
    expect(packagesAtOnce('src/cli.ts')).toEqual(['commander', 'yaml', 'zod'])
  })

  test('no command loads the drawing before it draws', () => {
    expect(packagesAtOnce('src/run.ts')).toEqual(['zod'])
    expect(packagesAtOnce('src/output/drawn_reports.ts')).toEqual(
      expect.arrayContaining(['vega', 'vega-lite', 'fontkit']),
    )
  })

  test('reports use of the engine what declares and runs queries', () => {
    const used = sources
      .filter((file) => partOf(file) === 'reports')
      .flatMap(importsOf)
      .filter((target) => partOf(target) === 'engine')
    expect(new Set(used)).toEqual(new Set(['src/engine/query.ts', 'src/engine/engine.ts']))
  })
})

describe('words', () => {
  test('only collect goes to the network', () => {
    const reaching = sources.filter((file) =>
      /from '(@azure\/|node:(https?|net|tls|dgram|http2)')|\bfetch\(/.test(code(file)),
    )
    expect(reaching.length).toBeGreaterThan(0)
    for (const file of reaching) expect(partOf(file), file).toBe('collect')
  })

  test('nothing but the command line and its door touches process', () => {
    const touching = sources.filter(
      (file) => /\bprocess\s*[.[]/.test(code(file)) || /from 'node:process'/.test(code(file)),
    )
    // what the engine's allocator is told can be said in the environment only
    expect(touching.sort()).toEqual(['src/cli.ts', 'src/effects.ts', 'src/engine/allocator.ts'])
  })

  test('no clock below the door: the same input must give the same bytes', () => {
    const reading = sources.filter((file) => /Date\.now\(|new Date\(\)|Math\.random\(/.test(code(file)))
    expect(reading).toEqual(['src/effects.ts'])
  })

  test('the engine knows no Azure', () => {
    for (const file of sources.filter((one) => partOf(one) === 'engine')) {
      expect(code(file), file).not.toMatch(/azure|defender|microsoft|subscription|machine/i)
    }
  })

  test('drawing knows no SQL', () => {
    for (const file of sources.filter((one) => partOf(one) === 'report')) {
      expect(code(file), file).not.toMatch(
        /\bselect\b[^'"`]*\bfrom\b|\b(ledger|licensing|normalise|history)\.[a-z_]+\b.*\bselect\b/i,
      )
    }
  })
})

/** Schemas that the SQL of a folder may read, beside those it builds. */
const MAY_READ: readonly { folder: string; schemas: readonly string[] }[] = [
  { folder: 'src/normalise/', schemas: ['raw', 'normalise'] },
  // which months there are to be kept: a question, no relation
  { folder: 'src/ledger/history/earlier_month.sql', schemas: ['normalise', 'config'] },
  { folder: 'src/ledger/history/', schemas: ['config', 'ledger'] },
  { folder: 'src/ledger/', schemas: ['normalise', 'config', 'ledger'] },
  { folder: 'src/licensing/', schemas: ['normalise', 'config', 'ledger', 'forecast', 'licensing'] },
  { folder: 'src/actions/', schemas: ['normalise', 'config', 'ledger', 'licensing', 'actions'] },
  {
    folder: 'src/integration/',
    schemas: ['normalise', 'config', 'ledger', 'history', 'licensing', 'actions', 'integration'],
  },
  { folder: 'src/forecast/', schemas: ['normalise', 'config', 'ledger', 'history', 'forecast'] },
  { folder: 'src/explain/', schemas: ['normalise', 'config', 'ledger', 'actions', 'explain'] },
  { folder: 'src/output/', schemas: ['normalise', 'ledger', 'licensing', 'actions', 'history'] },
  { folder: 'src/gate.sql', schemas: ['ledger'] },
  { folder: 'src/engine/', schemas: [] },
  {
    folder: 'reports/',
    schemas: ['normalise', 'config', 'ledger', 'licensing', 'actions', 'integration', 'history', 'forecast'],
  },
]

/** The relations that a query names, as `schema.relation`. */
function relationsIn(file: string): string[] {
  const bare = text(file)
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/'(?:[^']|'')*'/g, "''")
  return [
    ...bare.matchAll(
      /\b(raw|normalise|config|ledger|history|licensing|actions|integration|forecast|explain)\.([a-z_]+)\b/g,
    ),
  ].map(([name]) => name)
}

describe('SQL', () => {
  test.each(files.filter((file) => file.endsWith('.sql')))('%s reads its own stage and earlier ones', (file) => {
    const rule = MAY_READ.find(({ folder }) => file.startsWith(folder))
    if (rule === undefined) throw new Error(`${file} has no rule in test/layers.test.ts`)
    for (const relation of relationsIn(file))
      expect(rule.schemas, `${file} reads ${relation}`).toContain(relation.split('.')[0])
  })

  test('a model of the ledger reads only models that stand before it in models.ts', () => {
    const built: string[] = []
    for (const { relation, file } of [...LEDGER_MODELS, ...HISTORY_MODELS]) {
      const later = relationsIn(file).filter((name) => /^(ledger|history)\./.test(name) && !built.includes(name))
      expect(later, file).toEqual([])
      built.push(relation)
    }
  })

  test('a model of the actions reads only models that stand before it, and all are listed', () => {
    const built = ['actions.kind', 'actions.agent_floor']
    for (const { relation, file } of ACTION_MODELS) {
      const later = relationsIn(file).filter((name) => name.startsWith('actions.') && !built.includes(name))
      expect(later, file).toEqual([])
      built.push(relation)
    }
    expect(files.filter((file) => /^src\/actions\/[a-z0-9_]+\.sql$/.test(file)).sort()).toEqual(
      ACTION_MODELS.map(({ file }) => file).sort(),
    )
  })

  test('every model of the ledger is listed', () => {
    const asked = 'src/ledger/history/earlier_month.sql'
    const listed = [...LEDGER_MODELS, ...HISTORY_MODELS]
      .map(({ file }) => file)
      .concat(asked)
      .sort()
    expect(files.filter((file) => /^src\/ledger\/.*\.sql$/.test(file) && !file.includes('/checks/')).sort()).toEqual(
      listed,
    )
  })
})
