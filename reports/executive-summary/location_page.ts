import { phrases } from '../../src/language.ts'
import type { Block, Page } from '../../src/report/document.ts'
import { only } from '../figures.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, day, message, plural, sentence, text, unknown } from '../value.ts'
import type { ExecutiveSummaryRows } from './queries.ts'

const PLACE_WORDS: Readonly<Record<string, string>> = phrases({
  EU: 'the European Union',
  UK: 'the United Kingdom',
  US: 'the United States',
  AU: 'Australia',
  CH: 'Switzerland',
  IN: 'India',
})

/** Annex: where the endpoint service keeps data, beside where the machines stand. */
export function locationPage(rows: ExecutiveSummaryRows): Page {
  const given = only(rows.annexSource, 'annexSource').endpoint_region
  const region = given === null ? null : (PLACE_WORDS[given] ?? given)
  const elsewhere = rows.annexLocation
    .filter((row) => row.is_same === false)
    .reduce((sum, row) => sum + row.with_sensor, 0)
  return {
    id: 'annex-location',
    label: sentence`Annex: data location`,
    title:
      region === null
        ? sentence`Where the sensors send their data is not known to this report`
        : elsewhere === 0
          ? sentence`No sensor outside ${region} is known to send its data to ${region}`
          : sentence`${counted(elsewhere, 'sensor')} outside ${region} ${plural(elsewhere, 'sends its')} data to ${region}, where the tenant’s endpoint service keeps them`,
    blocks: [
      ...(region === null
        ? [
            {
              type: 'unavailable',
              what: sentence`The place of the tenant’s endpoint data`,
              why: sentence`No export tells it.`,
              remedy: sentence`Read it in the Defender portal (Settings, Microsoft Defender XDR, Account) and give endpoint_region in hourwise.yaml.`,
            } satisfies Block,
          ]
        : []),
      ...(rows.annexLocation.length === 0
        ? []
        : [
            {
              type: 'table',
              table: table(
                'annex-locations',
                sentence`Machines by region`,
                [
                  words('location', 'Azure region', 0.3),
                  words('geography', 'Lies in', 0.16),
                  figures('machines', 'Machines', 0.15),
                  figures('sensors', 'With a sensor', 0.17),
                  words('same', 'Data stay in that place'),
                ],
                rows.annexLocation.map((row) => [
                  text(row.location === 'not known' ? sentence`not known` : row.location),
                  row.geography === null ? unknown(sentence`the region is not in the list`) : message(row.geography),
                  count(row.machines),
                  count(row.with_sensor),
                  row.is_same === null
                    ? unknown(sentence`not known`)
                    : text(row.is_same ? sentence`yes` : sentence`no`),
                ]),
                { all: rows.annexLocation[0]?.rows_in_all ?? 0 },
              ),
            } satisfies Block,
          ]),
      {
        type: 'table',
        table: table(
          'annex-location-facts',
          sentence`What is known of it`,
          [words('fact', 'Fact', 0.62), words('source', 'Source', 0.24), words('day', 'As of')],
          rows.annexLocationFact.map((row) => [
            message(row.fact),
            row.source_url === null
              ? text(sentence`not confirmed by a public page`)
              : text(row.source_url.replace('https://', '')),
            day(row.source_day),
          ]),
        ),
      },
    ],
  }
}
