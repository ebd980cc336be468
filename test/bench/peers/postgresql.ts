import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { chownSync, createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { costParts } from '../cost_parts.ts'

/**
 * The job of a peer, in PostgreSQL: the parts (csv.gz) are copied into an unlogged table and summed there. Amounts are
 * exact. The cluster is made for this run in a temporary folder and removed; making and starting it is not measured,
 * reading the files is. Programs of PostgreSQL lie in `BENCH_POSTGRES` or where Debian puts them.
 */
const AMOUNTS: readonly string[] = ['Quantity', 'CostInBillingCurrency']

const JOB = `
  with day as (
    select "Date", lower("ResourceId") as machine, "BillingCurrencyCode", sum("Quantity") as hours, sum("CostInBillingCurrency") as cost
    from line
    where lower("ProductName") like 'microsoft defender for servers%'
    group by 1, 2, 3
  ),
  defender as (select count(*) as groups, sum(hours) as hours, sum(cost) as cost from day),
  every as (select count(*) as lines, sum("CostInBillingCurrency") as total from line)
  select json_build_object('lines', lines, 'groups', groups, 'hours', cast(hours as text), 'cost', cast(cost as text), 'total', cast(total as text))
  from defender, every`

const SETTINGS = ['listen_addresses=', 'fsync=off', 'shared_buffers=256MB', 'work_mem=256MB', 'max_wal_size=4GB']

const parts = costParts(process.argv[2] ?? '')
const programs = process.env['BENCH_POSTGRES'] ?? newestOfDebian()
if (!existsSync(join(programs, 'initdb'))) {
  process.stderr.write('initdb is neither in BENCH_POSTGRES nor in /usr/lib/postgresql/*/bin\n')
  process.exit(3)
}
const folder = mkdtempSync(join(tmpdir(), 'hourwise-pg-'))
const user = owner()
if (user !== null) chownSync(folder, user.uid, user.gid)
const address = ['-h', folder, '-U', 'bench', '-d', 'postgres', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1']
let server: ChildProcess | undefined
try {
  const data = join(folder, 'data')
  await done(start('initdb', ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-sync'], 'ignore'))
  const settings = [...SETTINGS, `unix_socket_directories=${folder}`].flatMap((setting) => ['-c', setting])
  server = start('postgres', ['-D', data, ...settings], 'ignore')
  await answering()

  const begun = process.hrtime.bigint()
  const before = childrenCpuSeconds()
  let peakMegabytes = 0
  const watch = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, megabytesBelow(server?.pid ?? 0))
  }, 200)
  const columns = (await header(parts[0] ?? '')).map(
    (name) => `"${name}" ${AMOUNTS.includes(name) ? 'numeric' : 'text'}`,
  )
  await sql(`create unlogged table line (${columns.join(', ')})`)
  for (const part of parts) await copy(part)
  const answer = await sql(JOB)
  clearInterval(watch)
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9
  await stop()
  const cpuSeconds = childrenCpuSeconds() - before
  process.stdout.write(JSON.stringify({ ...JSON.parse(answer), measured: { seconds, cpuSeconds, peakMegabytes } }))
} finally {
  await stop()
  rmSync(folder, { recursive: true, force: true })
}

function newestOfDebian(): string {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  return join(root, versions[0] ?? '', 'bin')
}

/** PostgreSQL does not run as the superuser of the system: then as the user that its package made. */
function owner(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function start(program: string, args: readonly string[], stdout: 'ignore' | 'pipe', stdin?: SpawnOptions['stdio']) {
  // The server's log is of no use here; what fails is told by the programs that speak to it.
  const stdio = [stdin ?? 'ignore', stdout, program === 'postgres' ? 'ignore' : 'inherit'] as SpawnOptions['stdio']
  return spawn(join(programs, program), args, { stdio, cwd: folder, ...(user ?? {}) } as SpawnOptions)
}

async function done(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (data) => {
    text += data
  })
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}`)
  return text
}

async function sql(text: string): Promise<string> {
  return done(start('psql', [...address, '-c', text], 'pipe'))
}

async function answering(): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const isReady = await done(
      start('pg_isready', ['-h', folder, '-U', 'bench', '-d', 'postgres', '-q'], 'ignore'),
    ).then(
      () => true,
      () => false,
    )
    if (isReady) return
    if (attempt === 300) throw new Error('the server does not answer')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** gzip and psql are joined by the system: no byte goes through this process. */
async function copy(part: string): Promise<void> {
  const unzip = spawn('gzip', ['-dc', part], { stdio: ['ignore', 'pipe', 'inherit'] })
  const unzipped = new Promise<number | null>((resolve) => unzip.on('exit', resolve))
  const into = start(
    'psql',
    [...address, '-c', 'copy line from stdin with (format csv, header)'],
    'ignore',
    unzip.stdout as never,
  )
  unzip.stdout.destroy()
  await done(into)
  if ((await unzipped) !== 0) throw new Error(`${part} could not be unzipped`)
}

async function header(part: string): Promise<string[]> {
  const text = createReadStream(part).pipe(createGunzip()).setEncoding('utf8')
  for await (const chunk of text) return (chunk as string).split(/\r?\n/)[0]?.split(',') ?? []
  return []
}

async function stop(): Promise<void> {
  if (server === undefined || server.exitCode !== null) return
  const ended = new Promise((resolve) => server?.on('exit', resolve))
  // A fast shutdown: the backends are ended and their time is counted.
  server.kill('SIGINT')
  await ended
}

/** Processor time of all that this process started and that has ended, with what those started. */
function childrenCpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

/** Memory of the server's processes; what they share is counted once. */
function megabytesBelow(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
    return [pid, ...children].reduce((sum, one) => {
      const pss = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1]
      return sum + Math.round(Number(pss ?? 0) / 1024)
    }, 0)
  } catch {
    // A process that ended meanwhile.
    return 0
  }
}
