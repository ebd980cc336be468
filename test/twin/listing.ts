import { NORMALISE_RELATIONS, type NormaliseRelation } from '../../src/normalise/relations.ts'
import type { Estate } from './rows.ts'

const moment = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(5, 19).replace('T', ' ')

/** An estate as text, one line a row, what is NULL left out: for reading a counter-example. */
export function listing(estate: Estate): string {
  const lines = [`period ${estate.fromDay} until ${estate.untilDay}`]
  for (const relation of Object.keys(NORMALISE_RELATIONS) as NormaliseRelation[]) {
    for (const given of estate.rows[relation]) {
      const words = Object.entries(given)
        .filter(([name, value]) => value !== null && name !== 'file_id' && name !== 'resource_id_display')
        .map(([name, value]) => `${name}=${name.endsWith('_at') ? moment(Number(value)) : value}`)
      lines.push(`  ${relation}: ${words.join('  ')}`)
    }
  }
  return lines.join('\n')
}
