import type { Engine } from '../engine/engine.ts'
import { defineQuery, streamQuery } from '../engine/query.ts'
import { writeText } from './text_file.ts'

const findingQuery = defineQuery({
  file: 'src/output/finding.sql',
  columns: { check_name: 'text', severity: 'text', subject: 'text', message: 'text', evidence: 'text', place: 'int' },
})

/** Writes `findings.json`, worst first, as a list with an object a finding; memory does not grow with their number. */
export async function writeFindings(engine: Engine, path: string): Promise<void> {
  await writeText(path, lines(engine))
}

async function* lines(engine: Engine): AsyncGenerator<string> {
  let isFirst = true
  for await (const { check_name: check, severity, subject, message, evidence } of streamQuery(engine, findingQuery)) {
    const finding = { check, severity, subject, message, evidence }
    yield `${isFirst ? '[' : ','}\n  ${JSON.stringify(finding, null, 2).replaceAll('\n', '\n  ')}`
    isFirst = false
  }
  yield isFirst ? '[]\n' : '\n]\n'
}
