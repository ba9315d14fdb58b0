/** `FAIL` breaks a specification; `no` lacks what is optional; `.` was not asked. */
export type Mark = 'ok' | 'FAIL' | 'no' | '.'

export interface Row {
  readonly group: string
  readonly title: string
  readonly marks: readonly Mark[]
}

/** Who passes what: a column per server, a row per case, and a line of sums. */
export function printTable(
  columns: readonly string[],
  rows: readonly Row[],
  write: (text: string) => unknown = (text) => process.stdout.write(text),
): void {
  const width = Math.max(...rows.map(({ title }) => title.length), 20) + 2
  const widths = columns.map((column) => Math.max(column.length, 'skipped 000'.length))
  const line = (title: string, cells: readonly string[]) =>
    write(
      `${`${title.padEnd(width)}${cells.map((cell, at) => `  ${cell.padEnd(widths[at] ?? 0)}`).join('')}`.trimEnd()}\n`,
    )
  line('', columns)
  let group: string | undefined
  for (const row of rows) {
    if (row.group !== group) line(`\n${row.group}`, [])
    group = row.group
    line(`  ${row.title}`, row.marks)
  }
  write('\n')
  const sum = (mark: Mark) => columns.map((_, at) => rows.filter(({ marks }) => marks[at] === mark).length)
  const names: [string, Mark][] = [
    ['passes', 'ok'],
    ['fails', 'FAIL'],
    ['lacks (optional)', 'no'],
    ['skipped', '.'],
  ]
  for (const [name, mark] of names) line(name, sum(mark).map(String))
}
