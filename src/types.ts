/** A decimal number as text, exact: `-12.50`, `0.00672`. Never parsed into a binary float on its way to a page. */
export type DecimalText = string

/** A UTC calendar day, `YYYY-MM-DD`. */
export type DayText = string

/** ISO 4217 code, upper case. */
export type CurrencyCode = string

export interface Money {
  amount: DecimalText
  currency: CurrencyCode
}

/** What a file of the input folder was recognised as. The words for each stand in `normalise/recognise.ts`. */
export type SourceKind =
  | 'cost'
  | 'cost-manifest'
  | 'arm' // ARM / Resource Graph records: machines, scale sets, Arc, extensions, pricings, settings, assessments, annotations
  | 'activity-log'
  | 'availability' // hourly averages of VmAvailabilityMetric
  | 'endpoint'
  | 'licences'
  | 'prices'
  | 'alerts'
  | 'collection'
  | 'config'
  | 'unrecognised'

export type Severity = 'error' | 'warning' | 'info'

/** Something true of the data that a reader of the figures must know. */
export interface Finding {
  /** The sentence that should be true, as the check's file is named, e.g. `every_charge_has_a_machine`. */
  check: string
  severity: Severity
  /** What it is about: a machine id, a file, a subscription. */
  subject: string
  message: string
  /** Where to look: both numbers, file and row, as text. */
  evidence: string
}

/** Half-open period of whole UTC days, `[fromDay, untilDay)`. */
export interface Period {
  fromDay: DayText
  untilDay: DayText
}
