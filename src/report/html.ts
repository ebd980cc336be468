import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { currentLanguage, ENGLISH, inLanguage, phrase, translated } from '../language.ts'
import { packageRoot } from '../package_root.ts'
import { darkCounterpart, textOn } from './colour.ts'
import type { Document, Page } from './document.ts'
import { FONT_FILES } from './font.ts'
import { type DrawnCharts, drawCharts, htmlBlock } from './html_block.ts'
import { type Markup, markup, trusted } from './markup.ts'

/** What the page's script says: the texts in its calls of `say`. */
const SCRIPT_TEXTS = [
  ...readFileSync(join(packageRoot, 'templates/report.js'), 'utf8').matchAll(/\bsay\(\s*'([^']+)'/g),
].map(([, text]) => text as string)

const template = (name: string): string => readFileSync(join(packageRoot, 'templates', name), 'utf8')

/**
 * A document as one HTML file that needs no network and works from `file://`: fonts, style, script and drawings are in
 * it, pinned by their hashes in a content-security policy that allows nothing else.
 */
export function renderHtml(document: Document): Promise<string> {
  return inLanguage(document.language, () => html(document))
}

async function html(document: Document): Promise<string> {
  const charts = await drawCharts(document)
  const body = htmlBody(document, charts)
  const style = `${fontFaces()}\n${template('report.css')}\n${darkCharts(body.html)}${bandStyle(document)}`
  const script = template('report.js')
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    'img-src data:',
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `${
    markup`<!doctype html>
<html lang="${document.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="keywords" content="${document.keywords.join(', ')}">
<meta name="generator" content="Hourwise">
<title>${document.title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
${body}${scriptTexts()}
<script>${trusted(script)}</script>
</html>`.html
  }\n`
}

function htmlBody(document: Document, charts: DrawnCharts): Markup {
  return markup`<body>
<a class="skip" href="#content">${phrase`Skip to the content`}</a>
<div class="shell">
<header>${masthead(document)}<h1>${document.title}</h1><p class="subtitle">${document.subtitle}</p></header>
<nav aria-label="${phrase`Pages`}"><ol>${document.pages.map((page) => markup`<li><a href="#${page.id}">${page.label}</a></li>`)}</ol></nav>
<main id="content" tabindex="-1">${document.pages.map((page) => htmlPage(page, charts))}</main>
<footer><p>${document.footer}</p></footer>
</div>
</body>`
}

/** The band of whose report it is, or this program's name. */
function masthead({ brand }: Document): Markup {
  if (brand?.accent === undefined && brand?.logo === undefined) return markup`<p class="brand">Hourwise</p>`
  const logo = brand.logo === undefined ? undefined : markup`<img src="${brand.logo}" alt="">`
  return markup`<p class="brand${brand.accent === undefined ? '' : ' band'}">${logo}<span>${brand.name}</span></p>`
}

/** The band keeps its colour in the dark; its text is chosen for it. */
function bandStyle({ brand }: Document): string {
  return brand?.accent === undefined ? '' : `.brand.band{background:${brand.accent};color:${textOn(brand.accent)}}`
}

function htmlPage(page: Page, charts: DrawnCharts): Markup {
  return markup`<section id="${page.id}" aria-labelledby="${page.id}-title">
<p class="eyebrow">${page.label}</p>
<h2 id="${page.id}-title">${page.title}</h2>
${page.blocks.map((block, i) => htmlBlock(block, `${page.id}-${i + 1}`, charts))}
</section>`
}

/** On a dark screen each colour of the drawings gives way to its counterpart; on paper they stay. */
function darkCharts(html: string): string {
  const colours = [
    ...new Set(
      [...html.matchAll(/ (?:fill|stroke)="(#[0-9a-f]{6}|rgb\(\d+, \d+, \d+\))"/g)].map((found) => found[1] as string),
    ),
  ]
  const rules = colours
    .sort()
    .flatMap((colour) =>
      ['fill', 'stroke'].map((property) => `svg [${property}="${colour}"]{${property}:${darkCounterpart(colour)}}`),
    )
  return `@media screen and (prefers-color-scheme:dark){${rules.join('')}}`
}

function fontFaces(): string {
  return Object.entries(FONT_FILES)
    .map(([weight, path]) => {
      const data = readFileSync(path).toString('base64')
      return `@font-face{font-family:Sarabun;font-weight:${weight === 'bold' ? '600 700' : '400'};src:url(data:font/ttf;base64,${data}) format("truetype")}`
    })
    .join('')
}

/** Words of the page's script by their English, where the page is in another language. */
function scriptTexts(): Markup | undefined {
  const language = currentLanguage()
  if (language === ENGLISH) return undefined
  const texts = Object.fromEntries(SCRIPT_TEXTS.map((text) => [text, translated(text)]))
  return markup`\n<script type="application/json" id="texts">${trusted(JSON.stringify(texts).replace(/</g, '\\u003c'))}</script>`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`
}
