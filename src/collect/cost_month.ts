/** A calendar month that is asked for as a whole, or up to today. */
export interface CostMonth {
  /** `2026-10` */
  readonly month: string
  readonly fromDay: string
  /** Included. */
  readonly lastDay: string
  /**
   * From when on an answer is final, UTC seconds: charges of a month change until the 5th of the next one (Microsoft Learn,
   * "Understand Cost Management data", read 2026-11).
   */
  readonly finalFromAt: number
}

const DAY_SECONDS = 86_400
const SETTLED_DAYS = 5

/** The months from the one of `fromDay` to that of `nowSeconds`, oldest first; Cost Management's unit of a question. */
export function costMonths(fromDay: string, nowSeconds: number): CostMonth[] {
  const today = dayText(nowSeconds * 1000)
  const months: CostMonth[] = []
  for (let first = `${fromDay.slice(0, 7)}-01`; first <= today; ) {
    const [year, month] = [Number(first.slice(0, 4)), Number(first.slice(5, 7))]
    const next = Date.UTC(year, month, 1)
    months.push({
      month: first.slice(0, 7),
      fromDay: first,
      lastDay: dayText(Math.min(next - DAY_SECONDS * 1000, nowSeconds * 1000)),
      finalFromAt: next / 1000 + SETTLED_DAYS * DAY_SECONDS,
    })
    first = dayText(next)
  }
  return months
}

const dayText = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)
