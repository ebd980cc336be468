import { type ConfigKey, FORMATS, REPORT_IDS } from './config_schema.ts'
import { languageTags } from './language.ts'

/** A setting that is a flag, an environment variable and a key of the configuration file at once. */
export interface Setting {
  key: ConfigKey
  flag: string
  /** What stands for its value in the help; none: a switch. */
  value?: string
  env: string
  help: string
  isList?: boolean
}

export const SETTINGS: readonly Setting[] = [
  {
    key: 'period',
    flag: '--period',
    value: '<month>',
    env: 'HOURWISE_PERIOD',
    help: 'calendar month, such as 2026-10 (default: the latest that the cost data covers to its end)',
  },
  { key: 'from', flag: '--from', value: '<day>', env: 'HOURWISE_FROM', help: 'first day, UTC, instead of --period' },
  { key: 'to', flag: '--to', value: '<day>', env: 'HOURWISE_TO', help: 'last day, UTC; it counts' },
  { key: 'out', flag: '--out', value: '<folder>', env: 'HOURWISE_OUT', help: 'folder of the results (default: out)' },
  {
    key: 'reports',
    flag: '--report',
    value: '<names>',
    env: 'HOURWISE_REPORT',
    help: `of ${REPORT_IDS.join(', ')} (default: all)`,
    isList: true,
  },
  {
    key: 'formats',
    flag: '--format',
    value: '<names>',
    env: 'HOURWISE_FORMAT',
    help: `of ${FORMATS.join(', ')} (default: all)`,
    isList: true,
  },
  {
    key: 'subscriptions',
    flag: '--subscription',
    value: '<id>',
    env: 'HOURWISE_SUBSCRIPTION',
    help: 'only this subscription; may be repeated',
    isList: true,
  },
  {
    key: 'fail_on',
    flag: '--fail-on',
    value: '<expr>',
    env: 'HOURWISE_FAIL_ON',
    help: 'exit 3 when it holds: coverage<95, residual>1%, grade<B; may be repeated',
    isList: true,
  },
  {
    key: 'minimum_evidence',
    flag: '--minimum-evidence',
    value: '<level>',
    env: 'HOURWISE_MINIMUM_EVIDENCE',
    help: 'observed, inferred, assumed or none: weaker time does not count in hours and coverage (default: none)',
  },
  {
    key: 'minimum_grade',
    flag: '--minimum-grade',
    value: '<grade>',
    env: 'HOURWISE_MINIMUM_GRADE',
    help: 'exit 4 when the data grade is worse than A, B, C or D',
  },
  {
    key: 'owner_tag',
    flag: '--owner-tag',
    value: '<name>',
    env: 'HOURWISE_OWNER_TAG',
    help: "tag that holds a machine's owner (default: owner)",
  },
  {
    key: 'history',
    flag: '--history',
    value: '<folder>',
    env: 'HOURWISE_HISTORY',
    help: 'folder of earlier results: trends, what is new, fixed, still open',
  },
  {
    key: 'cache',
    flag: '--cache',
    value: '<folder>',
    env: 'HOURWISE_CACHE',
    help: 'where what was read is kept, so that a month is read once (default: the cache folder of the system)',
  },
  {
    key: 'lang',
    flag: '--lang',
    value: '<language>',
    env: 'HOURWISE_LANG',
    help: `what the reports are written in: ${languageTags().join(', ')} (default: en)`,
  },
  {
    key: 'page_size',
    flag: '--page-size',
    value: '<size>',
    env: 'HOURWISE_PAGE_SIZE',
    help: 'A4 or Letter, for PDF (default: A4)',
  },
  {
    key: 'output',
    flag: '--output',
    value: '<form>',
    env: 'HOURWISE_OUTPUT',
    help: 'what goes to the terminal: table, json or tsv (default: table)',
  },
  { key: 'quiet', flag: '--quiet', env: 'HOURWISE_QUIET', help: 'no progress and no notes' },
  { key: 'verbose', flag: '--verbose', env: 'HOURWISE_VERBOSE', help: 'every stage with its time' },
  { key: 'color', flag: '--no-color', env: 'HOURWISE_COLOR', help: 'no colour on the terminal' },
]

/** What a command line gave: texts, lists of texts for repeatable flags, booleans for switches. */
export type Given = Partial<Record<ConfigKey, string | readonly string[] | boolean>>
