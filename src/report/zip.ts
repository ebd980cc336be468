import { Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

/** A file of an archive: its text is asked for piece by piece, when its turn comes. */
export interface ZipEntry {
  name: string
  content: AsyncIterable<string> | Iterable<string>
}

interface Written {
  name: Buffer
  crc: number
  packed: number
  size: number
  offset: number
}

/** Names are UTF-8 (bit 11); sizes follow the content (bit 3), because it is not known when it begins. */
const FLAGS = 0x0808
const DEFLATE = 8
/** 1 January 1980: the same content gives the same bytes. */
const DAY = 0x21
const LIMIT = 0xffffffff

/** Files as a ZIP archive (APPNOTE 6.3), in pieces: memory does not grow with the content. Throws beyond 4 GiB. */
export async function* zipped(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): AsyncGenerator<Buffer> {
  const written: Written[] = []
  let offset = 0
  for await (const entry of entries) {
    const head: Written = { name: Buffer.from(entry.name, 'utf8'), crc: 0, packed: 0, size: 0, offset }
    const local = numbers(0x04034b50, [20, FLAGS, DEFLATE, 0, DAY], [0, 0, 0], [head.name.length, 0])
    yield Buffer.concat([local, head.name])
    const deflate = createDeflateRaw()
    const source = Readable.from(counted(entry.content, head))
    source.on('error', (error) => deflate.destroy(error))
    for await (const chunk of source.pipe(deflate)) {
      head.packed += (chunk as Buffer).length
      yield chunk as Buffer
    }
    yield numbers(0x08074b50, [], [head.crc, head.packed, head.size])
    offset += local.length + head.name.length + head.packed + 16
    if (offset > LIMIT || head.size > LIMIT) throw new Error(`${entry.name}: the archive is larger than 4 GiB`)
    written.push(head)
  }
  const directory = Buffer.concat(written.map(directoryEntry))
  yield directory
  yield numbers(0x06054b50, [0, 0, written.length, written.length], [directory.length, offset], [0])
}

function directoryEntry({ name, crc, packed, size, offset }: Written): Buffer {
  const head = numbers(0x02014b50, [20, 20, FLAGS, DEFLATE, 0, DAY], [crc, packed, size], [name.length, 0, 0, 0, 0])
  return Buffer.concat([head, numbers(undefined, [], [0, offset]), name])
}

/** A record: its signature, numbers of two bytes, of four, of two. */
function numbers(
  signature: number | undefined,
  shorts: readonly number[],
  longs: readonly number[] = [],
  more: readonly number[] = [],
): Buffer {
  const start = signature === undefined ? 0 : 4
  const buffer = Buffer.alloc(start + 2 * shorts.length + 4 * longs.length + 2 * more.length)
  let at = signature === undefined ? 0 : buffer.writeUInt32LE(signature)
  for (const value of shorts) at = buffer.writeUInt16LE(value, at)
  for (const value of longs) at = buffer.writeUInt32LE(value, at)
  for (const value of more) at = buffer.writeUInt16LE(value, at)
  return buffer
}

async function* counted(content: ZipEntry['content'], entry: Written): AsyncGenerator<Buffer> {
  for await (const text of content) {
    const bytes = Buffer.from(text, 'utf8')
    entry.crc = crc32(bytes, entry.crc)
    entry.size += bytes.length
    yield bytes
  }
}
