// Every language file has what the code says, no more and no less, and a language holds for its own report only.
import { describe, expect, test } from 'vitest'
import { day, hours, listed, money, percent, say, sentence, unknown } from '../../reports/value.ts'
import {
  currentLanguage,
  ENGLISH,
  inLanguage,
  languageOf,
  languageTags,
  phrase,
  phrases,
  translatedMessage,
} from '../../src/language.ts'
import { formatValue } from '../../src/report/format.ts'
import { plainText } from '../../src/report/inline.ts'
import { codeTexts, messageTexts } from './texts.ts'

const placesOf = (text: string): number[] =>
  [...new Set([...text.matchAll(/\{(\d+)w?\}/g)].map(([, place]) => Number(place)))].sort((a, b) => a - b)

/** Words only, for comparing texts that are put together in several ways. */
const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\d]+/gu, ' ')

const texts = codeTexts()
const messages = messageTexts()

test('the code speaks, and SQL speaks', () => {
  expect(texts.size).toBeGreaterThan(900)
  expect(messages.size).toBeGreaterThan(250)
})

describe.each(languageTags().filter((tag) => tag !== ENGLISH.tag))('%s', (tag) => {
  const language = languageOf(tag)

  test('is named by its file and has a locale that Intl knows', () => {
    expect(language.tag).toBe(tag)
    expect(Intl.DateTimeFormat.supportedLocalesOf([language.locale])).toHaveLength(1)
  })

  test('has every text of the code', () => {
    const missing = [...texts].filter(([key]) => !Object.hasOwn(language.texts, key))
    expect(missing.map(([key, { file }]) => `${file}: ${key}`)).toEqual([])
  })

  test('has no text that the code does not say any more', () => {
    expect(Object.keys(language.texts).filter((key) => !texts.has(key))).toEqual([])
  })

  test('puts each value of a text into its translation', () => {
    for (const [key, { optional }] of texts) {
      const places = placesOf(language.texts[key] ?? key)
      const all = placesOf(key)
      expect(
        places.filter((place) => !all.includes(place)),
        key,
      ).toEqual([])
      expect(
        all.filter((place) => !places.includes(place) && !optional.has(place)),
        key,
      ).toEqual([])
    }
  })

  test('has a translation for whatever SQL and lists say', () => {
    const said = [...Object.keys(language.messages), ...Object.keys(language.texts)].map(bare)
    const isSaid = (part: string): boolean => said.some((key) => key.includes(bare(part).trim()))
    const missing = [...messages].filter(([text]) => !isSaid(text) && !text.split(/[;,:] /).every(isSaid))
    expect(missing.map(([text, file]) => `${file}: ${text}`)).toEqual([])
  })

  test('has no message that nothing says any more', () => {
    const said = new Set(bare([...messages.keys()].join(' | ')).split(' '))
    const gone = Object.keys(language.messages).filter((key) =>
      bare(key.replace(/\{\d+w?\}/g, ' '))
        .split(' ')
        .some((word) => word !== '' && !said.has(word)),
    )
    expect(gone).toEqual([])
  })

  test('puts each value of a message into its translation', () => {
    for (const [key, text] of Object.entries(language.messages)) expect(placesOf(text), key).toEqual(placesOf(key))
  })

  test('leaves no translation empty, and none in English but names', () => {
    for (const [key, text] of [...Object.entries(language.texts), ...Object.entries(language.messages)])
      expect(text.trim(), key).not.toBe('')
  })
})

describe('Thai', () => {
  const thai = <Result>(act: () => Result): Result => inLanguage('th', act)
  const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

  test.each([
    [() => formatValue(day('2026-10-31')), '31 ต.ค. 2026'],
    [() => formatValue(money('-1234567.5', 'THB')), 'THB −1,234,567.50'],
    [() => formatValue(percent('12.44')), '12.4%'],
    [() => formatValue(hours('1234')), '1,234 ชม.'],
    [() => formatValue(unknown('no price is known')), 'คำนวณไม่ได้'],
    [() => sentence`${'a'} ÷ ${'b'}`, 'a ÷ b'],
    [() => plainText(listed([['ก'], ['ข'], ['ค']])), 'ก, ข และ ค'],
  ] as const)('%s', (said, text) => {
    expect(plain(thai(said))).toBe(text)
  })

  test('a message that is not known as a whole is translated in its parts; names stay', () => {
    thai(() => {
      expect(translatedMessage('3 machines, 924 h, 17.1864 USD, such as avd-01')).toBe(
        '3 เครื่อง, 924 ชม., 17.1864 USD, เช่น avd-01',
      )
      expect(translatedMessage('code 24: the repository cannot be set up: E_1')).toBe('รหัส 24: ตั้งค่าคลังแพ็กเกจไม่ได้: E_1')
      expect(translatedMessage('web-01 and web-02')).toBe('web-01 and web-02')
    })
  })
})

describe('the language that holds', () => {
  test('is English outside, and stays with its own work across await', async () => {
    const later = async (tag: string): Promise<string> => {
      await new Promise((resolve) => setImmediate(resolve))
      return `${tag} ${phrase`Owner`}`
    }
    const told = await Promise.all([
      inLanguage('th', () => later('th')),
      later('none'),
      inLanguage('en', () => later('en')),
    ])
    expect(told).toEqual(['th เจ้าของ', 'none Owner', 'en Owner'])
    expect(currentLanguage()).toBe(ENGLISH)
  })

  test('is back to what it was after an error', () => {
    expect(() =>
      inLanguage('th', () => {
        throw new Error('broken')
      }),
    ).toThrow('broken')
    expect(phrase`Owner`).toBe('Owner')
  })

  test('words of a module are looked up where they are used', () => {
    const words = phrases({ owner: 'Owner' })
    expect(words.owner).toBe('Owner')
    expect(inLanguage('th', () => words.owner)).toBe('เจ้าของ')
  })

  test('values keep their kind, whatever their order', () => {
    const told = inLanguage('th', () => say`${money('1', 'USD')} of ${percent('5')}`)
    expect(told.filter((span) => typeof span !== 'string').map((span) => 'kind' in span && span.kind)).toEqual([
      'money',
      'percent',
    ])
  })
})
