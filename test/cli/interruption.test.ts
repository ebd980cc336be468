import { spawnSync } from 'node:child_process'
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/package_root.ts'
import { hourwise, octoberExports, scratch, start } from './hourwise.ts'

const SAMPLE = join(packageRoot, 'fixtures/sample')

/** Every file below a folder with its content, to compare before and after. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry: Dirent) => entry.isFile())
  return Object.fromEntries(
    files.map((entry) => [
      join(entry.parentPath, entry.name),
      readFileSync(join(entry.parentPath, entry.name), 'base64'),
    ]),
  )
}

/** Resolves when a name appears in a folder; gives it. */
async function appears(folder: string, pattern: RegExp): Promise<string> {
  for (;;) {
    const name = existsSync(folder) ? readdirSync(folder).find((one) => pattern.test(one)) : undefined
    if (name !== undefined) return name
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('a run that is broken off', () => {
  test('interrupted: exit 130, nothing left behind, the earlier result whole', async () => {
    const place = scratch()
    hourwise(['report', octoberExports(), '--out', join(place, 'out'), '--format', 'csv,json'])
    const before = contentOf(place)
    const run = start(['report', SAMPLE, '--out', 'out'], place)
    await appears(place, /\.partial-/)
    run.child.kill('SIGINT')
    expect(await run.ended).toEqual({ exit: 130, signal: null })
    expect(run.err()).toContain('interrupted; earlier results are untouched')
    expect(contentOf(place)).toEqual(before)
    expect(readdirSync(place)).toEqual(['out'])
  })

  test('killed while files are written: the earlier result is whole, and the next run cleans up', async () => {
    const place = scratch()
    const folder = octoberExports()
    hourwise(['report', folder, '--out', join(place, 'out'), '--format', 'csv,json'])
    const before = contentOf(join(place, 'out'))
    const run = start(['report', SAMPLE, '--out', 'out', '--format', 'csv,json'], place)
    const partial = await appears(place, /\.partial-/)
    await appears(join(place, partial), /\.csv$/)
    run.child.kill('SIGKILL')
    expect((await run.ended).signal).toBe('SIGKILL')
    expect(readdirSync(place)).toContain(partial)
    expect(contentOf(join(place, 'out'))).toEqual(before)
    expect(hourwise(['report', folder, '--out', join(place, 'out'), '--format', 'csv,json']).exit).toBe(0)
    expect(readdirSync(place)).toEqual(['out'])
    expect(contentOf(join(place, 'out'))).toEqual(before)
  })
})

describe('a full disk', () => {
  const script = (place: string, words: string) =>
    `mount -t tmpfs -o size=1m tmpfs '${place}' && cd '${place}' && ${words}`
  const inNamespace = (text: string) =>
    spawnSync('unshare', ['-rm', 'sh', '-c', text], { encoding: 'utf8', env: { PATH: String(process.env.PATH) } })
  // A file system of one megabyte of our own needs user namespaces, or root.
  const isPossible = inNamespace(script(tmpdir(), 'true')).status === 0

  test.skipIf(!isPossible)('is exit 2 in words; the earlier result stays whole and nothing else stays', () => {
    const cli = `'${process.execPath}' '${join(packageRoot, 'dist/src/cli.js')}' report`
    const sums = 'find . -type f | sort | xargs sha256sum'
    const ran = inNamespace(
      script(
        scratch(),
        `${cli} '${octoberExports()}' --format csv,json >/dev/null && ${sums} && ${cli} '${SAMPLE}' --format csv,json; echo "exit $?"; ${sums}`,
      ),
    )
    const [before, after] = ran.stdout.split('exit 2\n')
    expect(ran.stderr).toBe(
      'hourwise: the results cannot be written\n  out\n    there is no space left\n  What stood there before is untouched. Give another folder with --out, or make room.\n',
    )
    expect(before).toContain('./out/manifest.json')
    expect(after).toBe(before)
  })
})
