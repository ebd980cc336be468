import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { packageRoot } from '../../src/package_root.ts'

/** What a command line gave. */
export interface Ran {
  exit: number | null
  out: string
  err: string
}

const CLI = join(packageRoot, 'dist/src/cli.js')

/** Settings of whoever runs the tests do not reach the command. */
function environment(env: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME, HOURWISE_CACHE: 'off', ...env }
}

/** Runs the built command to its end, without a terminal. */
export function hourwise(
  words: readonly string[],
  { cwd = tmpdir(), env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Ran {
  const ran = spawnSync(process.execPath, [CLI, ...words], {
    cwd,
    env: environment(env),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (ran.error) throw ran.error
  return { exit: ran.status, out: ran.stdout, err: ran.stderr }
}

/** Starts the built command and gives a handle on it. */
export function start(words: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd,
    env: environment({}),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
  })
  const ended = new Promise<{ exit: number | null; signal: string | null }>((resolve) =>
    child.on('close', (exit, signal) => resolve({ exit, signal })),
  )
  return { child, ended, err: () => err }
}

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555'
const HEADER =
  'Date,SubscriptionId,SubscriptionName,ResourceGroup,ResourceId,ResourceName,ProductName,MeterCategory,MeterSubCategory,MeterName,MeterId,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrencyCode,ChargeType,ConsumedService'

/** One line of an EA export: a machine billed for a day of Plan 2. */
export function chargeLine(day: string, machine: string, hours = '24', cost = '0.48'): string {
  const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/${machine}`
  return `${day},${SUBSCRIPTION},Shop,shop,${id},${machine},Microsoft Defender for Servers - Standard P2 Node,Microsoft Defender for Cloud,,Standard P2 Node,,${hours},1 Hour,${cost},EUR,Usage,Microsoft.Compute`
}

/** Days of a month, `2026-10-01` and so on. */
export function daysOf(month: string, from = 1, to = 31): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `${month}-${String(from + i).padStart(2, '0')}`)
}

/** A small folder of exports: the lines of one EA cost file. */
export function exportsOf(lines: readonly string[]): string {
  const folder = join(scratch(), 'exports')
  mkdirSync(folder)
  writeFileSync(join(folder, 'cost.csv'), `${[HEADER, ...lines].join('\n')}\n`)
  return folder
}

/** A folder of exports with one machine over all of October 2026. */
export function octoberExports(): string {
  return exportsOf(daysOf('2026-10').map((day) => chargeLine(day, 'web-01')))
}
