import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const overridden = new Map<string, string>()
const original = fs.readFileSync

/** From now on reading `path` as text gives this instead of what lies there; without a text, what lies there. */
export function overrideText(path: string, text: string | null): void {
  if (text === null) overridden.delete(path)
  else overridden.set(path, text)
}

fs.readFileSync = ((path: fs.PathOrFileDescriptor, ...options: never[]) =>
  overridden.get(String(path)) ?? original(path, ...options)) as typeof fs.readFileSync
syncBuiltinESMExports()
