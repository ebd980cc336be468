/** A table in Markdown; `heads` separated by commas. */
export function markdown(heads: string, rows: readonly (readonly (string | number)[])[]): string {
  const names = heads.split(', ')
  return [
    `| ${names.join(' | ')} |`,
    `|${names.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}
