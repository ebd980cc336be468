import { type RecordingCredential, recordingCredential, simulatedTransport } from '../azure/transport.ts'

/** The world of a collection in tests: simulated Azure, a clock that only sleeping moves, and a record of all that. */
export interface SimulatedOutside {
  readonly credential: RecordingCredential
  readonly httpClient: ReturnType<typeof simulatedTransport>
  nowSeconds(): number
  sleep(seconds: number): Promise<void>
  /** Every sleep, seconds. */
  readonly sleeps: number[]
  /** Every host that was called. */
  readonly hosts: string[]
}

/** `startAt` in UTC seconds. Nobody really waits. */
export function simulatedOutside(port: number, startAt: number): SimulatedOutside {
  const sleeps: number[] = []
  const hosts: string[] = []
  return {
    credential: recordingCredential(),
    httpClient: simulatedTransport(port, hosts),
    nowSeconds: () => startAt + Math.floor(sleeps.reduce((a, b) => a + b, 0)),
    sleep: async (seconds) => {
      sleeps.push(seconds)
    },
    sleeps,
    hosts,
  }
}
