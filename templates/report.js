// Adds to a page that is complete without it: tables that sort and filter, thousands of machines in pages, rows that open,
// tips on charts, price sliders.

const texts = JSON.parse(document.getElementById('texts')?.textContent ?? '{}')

/** A text in the language of the page; English stands in its place. `{1}` is the first value. */
const say = (text, ...values) => (texts[text] ?? text).replace(/\{(\d)\}/g, (_, place) => values[place - 1])

/** Orders numbers and ISO days by size, other text by the reader's alphabet, cells without a value last. */
const compareKeys = (a, b) => {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1
  const difference = Number(a) - Number(b)
  return Number.isNaN(difference) ? a.localeCompare(b, undefined, { numeric: true }) : difference
}

/** What moves as one: rows, or groups of a row and what it opens to. */
const unitsOf = (table) => (table.tBodies.length > 1 ? [...table.tBodies] : [...table.tBodies[0].rows])
const firstRow = (unit) => (unit.tagName === 'TR' ? unit : unit.rows[0])

for (const place of document.querySelectorAll('[data-sortable]')) {
  const table = place.querySelector('table')
  const heads = [...table.tHead.rows[0].cells]
  heads.forEach((head, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'sort'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const isNumeric = head.classList.contains('end')
      const current = head.getAttribute('aria-sort')
      // Numbers begin with the largest, which is what one looks for.
      const next =
        current === null
          ? isNumeric
            ? 'descending'
            : 'ascending'
          : current === 'ascending'
            ? 'descending'
            : 'ascending'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', next)
      const key = (unit) => firstRow(unit).cells[column].dataset.key
      const sign = next === 'ascending' ? 1 : -1
      const units = unitsOf(table)
      const parent = units[0].parentNode
      units.sort((a, b) => {
        const isEmpty = key(a) === '' || key(b) === ''
        return (isEmpty ? 1 : sign) * compareKeys(key(a), key(b))
      })
      const after = table.tFoot && parent === table ? table.tFoot : null
      for (const unit of units) parent.insertBefore(unit, after)
    })
  })

  const label = document.createElement('label')
  const input = document.createElement('input')
  const count = document.createElement('output')
  const bar = document.createElement('div')
  const all = unitsOf(table)
  bar.className = 'filter'
  label.textContent = say('Filter rows')
  input.type = 'search'
  input.id = `${place.id}-filter`
  label.htmlFor = input.id
  count.textContent = say('{1} rows', all.length)
  bar.append(label, input, count)
  place.prepend(bar)
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    let shown = 0
    for (const unit of all) {
      const text = firstRow(unit).textContent.toLowerCase()
      unit.hidden = !words.every((word) => text.includes(word))
      if (!unit.hidden) shown += 1
    }
    count.textContent = words.length === 0 ? say('{1} rows', all.length) : say('{1} of {2} rows', shown, all.length)
  })
}

for (const opener of document.querySelectorAll('.opener')) {
  const detail = document.getElementById(opener.getAttribute('aria-controls'))
  const show = (isOpen) => {
    opener.setAttribute('aria-expanded', String(isOpen))
    detail.hidden = !isOpen
  }
  show(false)
  opener.hidden = false
  opener.addEventListener('click', () => show(detail.hidden))
}

const element = (name, properties = {}, children = []) => {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

/** Rows in their thousands: a page of them stands in the document at a time, the others wait as data. */
const PAGE = 50
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_'
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',')

const hourText = (hours) => `${hours}\u00a0${say('h')}`

/** Currency first, then size: amounts of two currencies do not compare. */
const numberKey = (text) => {
  const parts = /^([A-Z]{3}\s)?(\u2212?)([\d,]+(?:\.\d+)?)/.exec(text)
  return parts === null ? null : [parts[1] ?? '', Number(parts[3].replaceAll(',', '')) * (parts[2] === '' ? 1 : -1)]
}

for (const place of document.querySelectorAll('.explorer')) {
  const data = JSON.parse(place.querySelector('script').textContent)
  const aligned = JSON.parse(place.dataset.columns)
  const table = place.querySelector('table')
  const heads = [...table.tHead.rows[0].cells]
  const count = data.columns[0].at.length
  const textAt = (row, column) => data.columns[column].texts[data.columns[column].at[row]]
  // Each different text is lower-cased and read as a number once, however many rows hold it.
  const lowered = data.columns.map((column) => column.texts.map((text) => text.toLowerCase()))
  const ranks = new Map()
  const ranksOf = (column) => {
    if (!ranks.has(column)) {
      const { texts } = data.columns[column]
      const keys = aligned[column] === 'end' ? texts.map(numberKey) : undefined
      const order = texts.map((_, i) => i)
      const compare = keys
        ? (a, b) =>
            keys[a] === null || keys[b] === null
              ? (keys[a] === null ? 1 : 0) - (keys[b] === null ? 1 : 0)
              : keys[a][0] === keys[b][0]
                ? keys[a][1] - keys[b][1]
                : keys[a][0] < keys[b][0]
                  ? -1
                  : 1
        : (() => {
            const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true })
            return (a, b) => compare(texts[a], texts[b])
          })()
      const rank = new Array(texts.length)
      order.sort(compare).forEach((text, i) => {
        rank[text] = keys && keys[text] === null ? Number.POSITIVE_INFINITY : i
      })
      ranks.set(column, rank)
    }
    return ranks.get(column)
  }

  let rows = Array.from({ length: count }, (_, i) => i)
  let page = 0
  let sorting
  let words = []
  const status = element('output')
  const input = element('input', { type: 'search', id: `${place.id}-filter` })
  const back = element('button', { type: 'button', textContent: say('Previous') })
  const on = element('button', { type: 'button', textContent: say('Next') })
  const label = element('label', { htmlFor: input.id, textContent: say('Filter machines') })
  const pager = element('div', { className: 'pager' }, [back, on])
  place.prepend(element('div', { className: 'filter' }, [label, input, status]))
  table.parentNode.after(pager)
  place.querySelector('.more')?.remove()
  if (data.all > count) {
    const file = place.querySelector('a[href$=".csv"]')?.getAttribute('href') ?? 'machines.csv'
    place.append(
      element('p', { className: 'more' }, [
        `${say('The first {1} of {2} rows; the others stand in', grouped(count), grouped(data.all))} `,
        element('a', { href: file, textContent: file }),
        '.',
      ]),
    )
  }

  const dayText = (first, offset) =>
    new Date(Date.parse(`${first}T00:00:00Z`) + offset * 86400000).toISOString().slice(0, 10)
  const hoursText = (minutes) => (minutes === null ? '\u2013' : hourText(Number((minutes / 60).toFixed(2))))
  const daysOf = (code) => {
    const days = []
    const width = 3 + 2 * data.days.series.length
    let offset = 0
    for (let i = 0; i + width <= code.length; i += width) {
      offset += DIGITS.indexOf(code[i])
      const minutes = data.days.series.map((_, k) => {
        const pair = code.slice(i + 3 + 2 * k, i + 5 + 2 * k)
        return pair === '--' ? null : DIGITS.indexOf(pair[0]) * 64 + DIGITS.indexOf(pair[1])
      })
      for (let n = DIGITS.indexOf(code[i + 1]); n > 0; n -= 1)
        days.push({ day: dayText(data.days.first, offset++), minutes, isUnknown: code[i + 2] === '1' })
    }
    return days
  }
  const dayBar = (minutes) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
    for (const [name, value] of Object.entries({
      class: 'bar',
      viewBox: '0 0 1440 4',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    }))
      svg.setAttribute(name, value)
    bar.setAttribute('width', String(Math.min(1440, minutes ?? 0)))
    bar.setAttribute('height', '4')
    svg.append(bar)
    return svg
  }
  const detailOf = (row) => {
    const head = [data.days.day, ...data.days.series].map((text, i) =>
      element('th', { scope: 'col', textContent: text, className: i === 0 ? '' : 'end' }),
    )
    const body = daysOf(data.days.of[row]).map(({ day, minutes, isUnknown }) =>
      element('tr', {}, [
        element('th', { scope: 'row', textContent: isUnknown ? `${day} (${data.days.unknown})` : day }),
        ...minutes.map((value) => element('td', { className: 'end' }, [hoursText(value), dayBar(value)])),
      ]),
    )
    return element('table', { className: 'small' }, [
      element('caption', { textContent: `${data.days.label} ${textAt(row, 0)}` }),
      element('thead', {}, [element('tr', {}, head)]),
      element('tbody', {}, body),
    ])
  }
  const openerOf = (row, line) => {
    const id = `${place.id}-row-${row}`
    const opener = element('button', { type: 'button', className: 'opener' })
    opener.setAttribute('aria-expanded', 'false')
    opener.setAttribute('aria-controls', id)
    opener.setAttribute('aria-label', `${data.days.label} ${textAt(row, 0)}`)
    opener.addEventListener('click', () => {
      const isOpen = opener.getAttribute('aria-expanded') === 'false'
      opener.setAttribute('aria-expanded', String(isOpen))
      if (!isOpen) return line.nextSibling.remove()
      line.after(
        element('tr', { className: 'detail', id }, [element('td', { colSpan: heads.length }, [detailOf(row)])]),
      )
    })
    return opener
  }
  const lineOf = (row) => {
    const line = element('tr')
    aligned.forEach((align, column) => {
      const cell =
        column === 0 ? element('th', { scope: 'row' }) : element('td', { className: align === 'end' ? 'end' : '' })
      if (column === 0 && data.days?.of[row]) cell.append(openerOf(row, line))
      cell.append(textAt(row, column))
      line.append(cell)
    })
    return line
  }
  const show = () => {
    const pages = Math.max(1, Math.ceil(rows.length / PAGE))
    page = Math.min(page, pages - 1)
    const from = page * PAGE
    const body = element('tbody', {}, rows.slice(from, from + PAGE).map(lineOf))
    table.tBodies[0].replaceWith(body)
    back.disabled = page === 0
    on.disabled = page === pages - 1
    pager.hidden = pages === 1
    const range =
      rows.length === 0
        ? say('No row of {1}', grouped(rows.length))
        : say(
            'Rows {1} to {2} of {3}',
            grouped(from + 1),
            grouped(Math.min(rows.length, from + PAGE)),
            grouped(rows.length),
          )
    status.textContent = rows.length === count ? range : say('{1}, filtered from {2}', range, grouped(count))
  }
  const refresh = () => {
    rows = []
    // A text that a column shares among rows is searched once.
    const hits = words.map((word) => lowered.map((texts) => texts.map((text) => text.includes(word))))
    for (let row = 0; row < count; row += 1)
      if (hits.every((hit) => hit.some((texts, column) => texts[data.columns[column].at[row]]))) rows.push(row)
    if (sorting) {
      const { column, isDescending } = sorting
      const rank = ranksOf(column)
      const { at } = data.columns[column]
      rows.sort((a, b) => {
        const [x, y] = [rank[at[a]], rank[at[b]]]
        if (x === y) return a - b
        if (x === Number.POSITIVE_INFINITY || y === Number.POSITIVE_INFINITY) return x < y ? -1 : 1
        return isDescending ? y - x : x - y
      })
    }
    page = 0
    show()
  }
  heads.forEach((head, column) => {
    const button = element('button', { type: 'button', className: 'sort' }, [...head.childNodes])
    head.append(button)
    button.addEventListener('click', () => {
      const isDescending = sorting?.column === column ? !sorting.isDescending : aligned[column] === 'end'
      sorting = { column, isDescending }
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending')
      refresh()
    })
  })
  input.addEventListener('input', () => {
    words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    refresh()
  })
  back.addEventListener('click', () => {
    page -= 1
    show()
  })
  on.addEventListener('click', () => {
    page += 1
    show()
  })
  show()
}

// What a mark of a chart shows, beside the pointer. By keyboard the arrow keys walk through the marks of a chart, and a
// reader is told what each shows; the table under the chart says the same.
const tip = element('div', { className: 'tip', hidden: true })
tip.setAttribute('aria-hidden', 'true')
const spoken = element('p', { className: 'hidden' })
spoken.setAttribute('role', 'status')
const keys = element('p', {
  id: 'chart-keys',
  hidden: true,
  textContent: say('The arrow keys walk through the marks of the chart.'),
})
document.body.append(tip, spoken, keys)
let marked = null

const placeTip = (x, y, above) => {
  const { width, height } = tip.getBoundingClientRect()
  tip.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 8))}px`
  tip.style.top = `${y + height > innerHeight ? above - height : y}px`
}
const hideTip = () => {
  tip.hidden = true
  marked?.classList.remove('shown')
  marked = null
}
document.addEventListener('pointerover', (event) => {
  const mark = event.target.closest?.('[data-tip]')
  if (mark === null || mark === undefined) {
    if (marked === null) tip.hidden = true
    return
  }
  hideTip()
  tip.hidden = false
  tip.textContent = mark.dataset.tip
})
document.addEventListener('pointermove', (event) => {
  if (!tip.hidden && marked === null) placeTip(event.clientX + 14, event.clientY + 18, event.clientY - 12)
})
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hideTip()
})

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }
for (const drawing of document.querySelectorAll('figure.chart [role="img"]')) {
  if (drawing.querySelector('[data-tip]') === null) continue
  drawing.tabIndex = 0
  drawing.setAttribute('aria-describedby', keys.id)
  let at = -1
  drawing.addEventListener('keydown', (event) => {
    const step = STEPS[event.key]
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    // A bar and its label tell the same; of the wide and the narrow drawing one is not shown.
    const marks = new Map()
    for (const mark of drawing.querySelectorAll('[data-tip]'))
      if (mark.getClientRects().length > 0 && !marks.has(mark.dataset.tip)) marks.set(mark.dataset.tip, mark)
    if (marks.size === 0) return
    at = Math.max(0, Math.min(marks.size - 1, at + step))
    const [words, mark] = [...marks][at]
    hideTip()
    mark.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    marked = mark
    mark.classList.add('shown')
    tip.hidden = false
    tip.textContent = words
    spoken.textContent = words
    const { left, bottom, top } = mark.getBoundingClientRect()
    placeTip(left, bottom + 6, top - 6)
  })
  drawing.addEventListener('blur', () => {
    at = -1
    hideTip()
  })
}

document.addEventListener(
  'scroll',
  () => {
    if (marked === null) tip.hidden = true
  },
  { passive: true },
)

for (const form of document.querySelectorAll('.sliders form')) {
  const machines = JSON.parse(form.dataset.machines)
  const total = machines.reduce((sum, [, count]) => sum + count, 0)
  for (const fieldset of form.querySelectorAll('fieldset')) {
    const show = () => {
      const price = {}
      for (const input of fieldset.querySelectorAll('input')) {
        price[input.dataset.price] = Number(input.value)
        input.nextElementSibling.textContent = `${form.dataset.currency}\u00a0${input.value}`
      }
      const hours = price.hourly > 0 ? price.monthly / price.hourly : Number.POSITIVE_INFINITY
      const above = machines.reduce((sum, [on, count]) => sum + (on > hours ? count : 0), 0)
      fieldset.querySelector('.result').textContent = Number.isFinite(hours)
        ? say('Breaks even at {1} a month: {2} of {3} machines lie above.', hourText(hours.toFixed(0)), above, total)
        : say('Never breaks even: billed by the hour it costs nothing.')
    }
    fieldset.addEventListener('input', show)
    show()
  }
  form.hidden = false
}
