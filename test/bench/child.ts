import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What a child process did and needed. */
export interface ChildRun {
  /** Wall clock from start to exit. */
  seconds: number
  /** Highest resident memory (VmHWM), in MB; null where the system does not tell. */
  peakMegabytes: number | null
  /** Processor time of all its threads: what other programs on the machine do not change. */
  cpuSeconds: number | null
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a Node program as a process of its own and watches its memory. */
export async function runNode(args: readonly string[]): Promise<ChildRun> {
  return runProgram(process.execPath, args)
}

/** The same for any program. */
export async function runProgram(program: string, args: readonly string[]): Promise<ChildRun> {
  const begun = process.hrtime.bigint()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const out = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    out.stdout += data
  })
  child.stderr.on('data', (data) => {
    out.stderr += data
  })
  let peakMegabytes: number | null = null
  let cpuSeconds: number | null = null
  const watch = setInterval(() => {
    peakMegabytes = peakOf(child.pid) ?? peakMegabytes
    cpuSeconds = cpuOf(child.pid) ?? cpuSeconds
  }, 20)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  clearInterval(watch)
  return { seconds: Number(process.hrtime.bigint() - begun) / 1e9, peakMegabytes, cpuSeconds, code, ...out }
}

function peakOf(pid: number | undefined): number | null {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(procFile(pid, 'status'))?.[1]
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024)
}

/** User and system time; Linux counts hundredths of a second. */
function cpuOf(pid: number | undefined): number | null {
  const fields = procFile(pid, 'stat')
    .replace(/^.*\) /, '')
    .split(' ')
  return fields.length < 13 ? null : (Number(fields[11]) + Number(fields[12])) / 100
}

/** Empty where the system has no such file or the child is gone. */
function procFile(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
