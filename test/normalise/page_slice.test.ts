import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { slicePage } from '../../src/normalise/page_slice.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hourwise-slice-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function slice(content: string | Buffer, key = 'value', chunkBytes = 1 << 20) {
  const [path, target] = [join(folder, 'page'), join(folder, 'array')]
  writeFileSync(path, content)
  const shell = await slicePage(path, Buffer.isBuffer(content), key, target, chunkBytes)
  return { shell: shell === null ? null : JSON.parse(shell), array: readFileSync(target, 'utf8') }
}

describe('slicePage', () => {
  it('parts any page from its records, wherever the chunks end', async () => {
    const nasty = fc.constantFrom('value', '"value":[', '\\', '\\"', ']', '}', '[{', 'é', '\u2028', '')
    const leaf = fc.oneof(nasty, fc.string(), fc.integer(), fc.constant(null), fc.boolean())
    const nested = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(nasty, leaf, { maxKeys: 3 }))
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string().filter((key) => key !== 'value' && key !== '__proto__'),
          nested,
          { maxKeys: 3 },
        ),
        fc.array(nested, { maxLength: 4 }),
        fc.dictionary(
          fc.string().map((key) => `z${key}`),
          nested,
          { maxKeys: 3 },
        ),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(0, 2),
        async (before, value, after, chunkBytes, indent) => {
          const page = { ...before, value, ...after }
          const { shell, array } = await slice(JSON.stringify(page, null, indent), 'value', chunkBytes)
          expect(shell).toEqual({ ...page, value: [] })
          expect(JSON.parse(array)).toEqual(value)
        },
      ),
      { numRuns: 200, seed: 3 },
    )
  })

  it('takes the key at the top only, and reads compressed pages', async () => {
    const page = { meta: { value: [1] }, value: [{ value: [2] }], next: 'x' }
    expect(await slice(gzipSync(JSON.stringify(page)))).toEqual({
      shell: { ...page, value: [] },
      array: '[{"value":[2]}]',
    })
  })

  it('gives up on a second value, on another shape and on a missing key', async () => {
    expect((await slice('{"value":[1]}\n{"value":[2]}')).shell).toBeNull()
    expect((await slice('[{"value":[1]}]')).shell).toBeNull()
    expect((await slice('{"data":[1]}')).shell).toBeNull()
    expect((await slice('{"value":{"a":[1]}}')).shell).toBeNull()
  })
})
