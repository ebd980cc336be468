import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../engine/engine.ts'
import type { Document } from '../report/document.ts'
import { renderHtml } from '../report/html.ts'
import { renderPdf } from '../report/pdf.ts'
import { draftDocuments } from './documents.ts'
import type { Results } from './results.ts'

/** Writes the reports that were asked for into the folder of a run, as HTML and as PDF where that was asked for. */
export async function drawReports(engine: Engine, run: Results): Promise<void> {
  const { formats } = run.config
  run.progress.stage('reports', 4)
  const documents = await draftDocuments(engine, run)
  run.progress.stage('drawing', 10)
  for (const [i, document] of documents.entries()) {
    run.progress.step(document.id, i / documents.length)
    if (formats.includes('html')) writeFileSync(join(run.path, `${document.id}.html`), await renderHtml(document))
    if (formats.includes('pdf')) await writePdf(document, run)
  }
}

async function writePdf(document: Document, run: Results): Promise<void> {
  const pageSize = run.config.pageSize === 'A4' ? 'A4' : 'LETTER'
  const html = run.config.formats.includes('html') ? { html: `${document.id}.html` } : {}
  const { bytes, missingCharacters } = await renderPdf(document, { pageSize, ...html })
  writeFileSync(join(run.path, `${document.id}.pdf`), bytes)
  if (missingCharacters.length > 0) {
    run.progress.note(
      `note: ${document.id}.pdf: the typefaces have no ${missingCharacters.join(' ')}; the HTML shows them`,
    )
  }
}
