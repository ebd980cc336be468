// Adds to a page that is complete without it: tables that sort and filter, rows that open, price sliders.

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
  label.textContent = 'Filter rows'
  input.type = 'search'
  input.id = `${place.id}-filter`
  label.htmlFor = input.id
  count.textContent = `${all.length} rows`
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
    count.textContent = words.length === 0 ? `${all.length} rows` : `${shown} of ${all.length} rows`
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
        ? `Breaks even at ${hours.toFixed(0)}\u00a0h a month: ${above} of ${total} machines lie above.`
        : 'Never breaks even: billed by the hour it costs nothing.'
    }
    fieldset.addEventListener('input', show)
    show()
  }
  form.hidden = false
}
