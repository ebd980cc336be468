/**
 * `npm run mutate -- [--stage licensing] [--file health --file power] [--sample 100 --seed 1] [--again LOG]`: which changes of the
 * models no test notices; with `--again` only those that an earlier run printed as survivors.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ACTION_MODELS, LEDGER_MODELS, LICENSING_MODELS, type Model } from '../../src/models.ts'
import { packageRoot } from '../../src/package_root.ts'
import { equivalentReason } from './equivalent.ts'
import { type Judge, openLedgerJudge } from './judge.ts'
import { openLaterJudge } from './judge_later.ts'
import { type Mutant, mutantsOf } from './mutant.ts'

const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'ledger' },
    file: { type: 'string', multiple: true },
    sample: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    seed: { type: 'string', default: '1' },
    again: { type: 'string' },
  },
})

interface Candidate extends Mutant {
  relation: string
}

const STAGES: Readonly<Record<string, { models: readonly Model[]; open(): Promise<Judge> }>> = {
  ledger: { models: LEDGER_MODELS, open: openLedgerJudge },
  licensing: { models: LICENSING_MODELS, open: openLaterJudge },
  actions: { models: ACTION_MODELS, open: openLaterJudge },
}
const stage = STAGES[values.stage]
if (stage === undefined) throw new Error(`no stage is called ${values.stage}`)
const asked = values.file ?? []
for (const name of asked)
  if (!stage.models.some(({ file }) => file.endsWith(`/${name}.sql`))) throw new Error(`no model is called ${name}`)
const chosen = stage.models.filter(
  ({ file }) => asked.length === 0 || asked.some((name) => file.endsWith(`/${name}.sql`)),
)
const all = chosen.flatMap(({ relation, file }): Candidate[] =>
  mutantsOf(file, readFileSync(join(packageRoot, file), 'utf8').trim()).map((mutant) => ({ ...mutant, relation })),
)

/** So many of them, chosen by a number, in the order of the files. */
function sampled(mutants: readonly Candidate[], count: number, seed: number): Candidate[] {
  let state = seed >>> 0
  const weighed = mutants.map((mutant) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return { mutant, weight: state }
  })
  const kept = new Set(
    weighed
      .sort((a, b) => a.weight - b.weight)
      .slice(0, count)
      .map(({ mutant }) => mutant),
  )
  return mutants.filter((mutant) => kept.has(mutant))
}

/** The survivors that an earlier run printed, each with its source line below it. */
function survivorsOf(log: string): Set<string> {
  return new Set(
    [...log.matchAll(/^SURVIVED (\S+):\d+ \S+: (.*)\n {9}(.*)$/gm)].map(([, ...words]) => words.join('\n')),
  )
}

const again = values.again === undefined ? null : survivorsOf(readFileSync(values.again, 'utf8'))
const open =
  again === null ? all : all.filter(({ file, change, source }) => again.has([file, change, source].join('\n')))
const sample = values.sample === undefined ? open : sampled(open, Number(values.sample), Number(values.seed))
/** Every so-manieth, for several processes side by side. */
const [part = 1, parts = 1] = values.part.split('/').map(Number)
const mutants = sample.filter((_, at) => at % parts === part - 1)
const counts = new Map<string, { killed: number; equivalent: number; survived: number }>()
const judge = await stage.open()
const begun = performance.now()
for (const mutant of mutants) {
  const count = counts.get(mutant.file) ?? { killed: 0, equivalent: 0, survived: 0 }
  counts.set(mutant.file, count)
  const place = `${mutant.file}:${mutant.line} ${mutant.kind}: ${mutant.change}`
  const reason = equivalentReason(mutant)
  if (reason !== null) {
    count.equivalent += 1
    continue
  }
  const rejected = await judge.reject(mutant, mutant.text)
  if (rejected === null) count.survived += 1
  else count.killed += 1
  console.log(rejected === null ? `SURVIVED ${place}\n         ${mutant.source}` : `killed   ${place} (${rejected})`)
}
await judge.close()
console.log(`\n${((performance.now() - begun) / 1000 / Math.max(1, mutants.length)).toFixed(2)} s a change`)

const total = { killed: 0, equivalent: 0, survived: 0 }
const percent = (killed: number, survived: number): string =>
  killed + survived === 0 ? '–' : `${((100 * killed) / (killed + survived)).toFixed(1)} %`
console.log('\n| model | mutants | equivalent | killed | survived | killed of the rest |\n|---|---|---|---|---|---|')
for (const [file, { killed, equivalent, survived }] of counts) {
  total.killed += killed
  total.equivalent += equivalent
  total.survived += survived
  const name = file.replace(/^.*\//, '').replace('.sql', '')
  console.log(
    `| ${name} | ${killed + equivalent + survived} | ${equivalent} | ${killed} | ${survived} | ${percent(killed, survived)} |`,
  )
}
console.log(
  `| all | ${mutants.length} | ${total.equivalent} | ${total.killed} | ${total.survived} | ${percent(total.killed, total.survived)} |`,
)
