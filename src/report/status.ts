import { phrase } from '../language.ts'
import type { Tile } from './document.ts'

type Status = Exclude<NonNullable<Tile['status']>, 'none'>

/** A status is a word and a shape; its colour only repeats them. */
export const STATUS: Readonly<
  Record<Status, { readonly word: string; colour: 'blue' | 'amber' | 'red'; shape: string }>
> = {
  good: {
    get word() {
      return phrase`On target`
    },
    colour: 'blue',
    shape: 'M6 1a5 5 0 1 0 .001 0Z',
  },
  watch: {
    get word() {
      return phrase`Watch`
    },
    colour: 'amber',
    shape: 'M6 1 11.5 11H.5Z',
  },
  bad: {
    get word() {
      return phrase`Off target`
    },
    colour: 'red',
    shape: 'M1.5 1.5h9v9h-9Z',
  },
}

/** The shape of a status as SVG, 12 × 12. */
export function drawStatus(status: Status, colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="12" height="12" viewBox="0 0 12 12"><path d="${STATUS[status].shape}" fill="${colour}"/></svg>`
}
