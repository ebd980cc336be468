import { escaped } from './markup.ts'
import { letters, type SheetColumn } from './xlsx.ts'
import type { ZipEntry } from './zip.ts'

/** A sheet as the other parts of the workbook must know it. */
export interface WrittenSheet {
  name: string
  table: string | undefined
  columns: readonly SheetColumn[]
  /** Beneath the header; known when the sheet is written. */
  rows: number
}

/** Formats of cells by what they hold: places in `cellXfs` of the styles. */
export const STYLE = {
  text: 0,
  boolean: 0,
  header: 1,
  number: 2,
  money: 2,
  day: 3,
  count: 4,
  price: 5,
  percent: 2,
  title: 6,
  name: 7,
  wrapped: 8,
  link: 9,
} as const

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SHEETML = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** The parts of a workbook beside its sheets: those that stand before them, and those that need their rows. */
export function sheetParts(
  sheets: readonly WrittenSheet[],
  info: { title: string; createdAt: number },
): { before: ZipEntry[]; after: () => ZipEntry[] } {
  const tables = sheets.filter((sheet) => sheet.table !== undefined)
  const part = (name: string, xml: string): ZipEntry => ({ name, content: [HEAD + xml] })
  return {
    before: [
      part('[Content_Types].xml', contentTypes(sheets.length, tables.length)),
      part(
        '_rels/.rels',
        relations([
          ['officeDocument', 'xl/workbook.xml'],
          ['', 'docProps/core.xml'],
        ]),
      ),
      part('docProps/core.xml', coreProperties(info)),
      part('xl/workbook.xml', workbookXml(sheets)),
      part(
        'xl/_rels/workbook.xml.rels',
        relations([
          ...sheets.map((_, i): [string, string] => ['worksheet', `worksheets/sheet${i + 1}.xml`]),
          ['styles', 'styles.xml'],
        ]),
      ),
      part('xl/styles.xml', STYLES),
      ...sheets.flatMap((sheet, i) =>
        sheet.table === undefined
          ? []
          : [
              part(
                `xl/worksheets/_rels/sheet${i + 1}.xml.rels`,
                relations([['table', `../tables/table${tables.indexOf(sheet) + 1}.xml`]]),
              ),
            ],
      ),
    ],
    after: () => tables.map((sheet, i) => part(`xl/tables/table${i + 1}.xml`, tableXml(sheet, i + 1))),
  }
}

function contentTypes(sheets: number, tables: number): string {
  const override = (name: string, type: string): string => `<Override PartName="${name}" ContentType="${type}"/>`
  const many = (count: number, folder: string, name: string): string =>
    Array.from({ length: count }, (_, i) =>
      override(`/xl/${folder}/${name === 'worksheet' ? 'sheet' : name}${i + 1}.xml`, `${SHEETML}.${name}+xml`),
    ).join('')
  return `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('/xl/workbook.xml', `${SHEETML}.sheet.main+xml`)}${override('/xl/styles.xml', `${SHEETML}.styles+xml`)}${override('/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml')}${many(sheets, 'worksheets', 'worksheet')}${many(tables, 'tables', 'table')}</Types>`
}

/** Relations by kind and target; a kind of '' is the document's properties. */
function relations(targets: readonly (readonly [string, string])[]): string {
  const kind = (name: string): string =>
    name === '' ? `${PACKAGE}/relationships/metadata/core-properties` : `${OFFICE}/${name}`
  return `<Relationships xmlns="${PACKAGE}/relationships">${targets.map(([name, target], i) => `<Relationship Id="rId${i + 1}" Type="${kind(name)}" Target="${target}"/>`).join('')}</Relationships>`
}

function coreProperties({ title, createdAt }: { title: string; createdAt: number }): string {
  const at = new Date(createdAt * 1000).toISOString().replace('.000', '')
  const date = (name: string): string => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${at}</dcterms:${name}>`
  return `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escaped(title)}</dc:title><dc:creator>Hourwise</dc:creator>${date('created')}${date('modified')}</cp:coreProperties>`
}

/** Formulas are worked out anew when the workbook is opened; until then their values stand in the cells. */
function workbookXml(sheets: readonly WrittenSheet[]): string {
  const list = sheets.map(({ name }, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
  return `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews><sheets>${list.join('')}</sheets><calcPr calcId="191029" fullCalcOnLoad="1"/></workbook>`
}

/** A table has a row at least, be it empty. */
function tableXml({ table = '', columns, rows }: WrittenSheet, id: number): string {
  const range = `A1:${letters(columns.length)}${Math.max(1, rows) + 1}`
  const list = columns.map(({ label }, i) => `<tableColumn id="${i + 1}" name="${escaped(label)}"/>`)
  return `<table xmlns="${MAIN}" id="${id}" name="${table}" displayName="${table}" ref="${range}" totalsRowShown="0"><autoFilter ref="${range}"/><tableColumns count="${columns.length}">${list.join('')}</tableColumns><tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" showRowStripes="0" showColumnStripes="0"/></table>`
}

const FORMATS = ['#,##0.00', 'yyyy-mm-dd', '#,##0', '#,##0.00000']

const STYLES = `<styleSheet xmlns="${MAIN}"><numFmts count="${FORMATS.length}">${FORMATS.map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${code}"/>`).join('')}</numFmts><fonts count="4"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="18"/><name val="Calibri"/><family val="2"/></font><font><u/><sz val="11"/><color rgb="FF15457F"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left/><right/><top/><bottom style="thin"><color rgb="FF1B2430"/></bottom><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="10">${[
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1"/>',
  ...FORMATS.map(
    (_, i) => `<xf numFmtId="${164 + i}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
  ),
  '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment vertical="top"/></xf>',
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>',
  '<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
].join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
