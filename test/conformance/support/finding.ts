import { printTable, type Mark, type Row } from './table.ts'

export type Outcome =
  | { readonly how: 'passes' }
  | { readonly how: 'fails'; readonly why: string }
  /** Something that no specification asks for is not there. */
  | { readonly how: 'lacks'; readonly why: string }
  | { readonly how: 'skipped'; readonly why: string }

/** What a suite found out about one sentence. */
export interface Finding {
  readonly group: string
  readonly title: string
  readonly optional: boolean
  readonly outcome: Outcome
}

const MARKS: Record<Outcome['how'], Mark> = { passes: 'ok', fails: 'FAIL', lacks: 'no', skipped: '.' }
/** Characters of why a case failed. */
const MAX_REASON = 400

/** The findings about several servers, by their names: a table, then the reasons. False where something fails. */
export function printFindings(byServer: ReadonlyMap<string, readonly Finding[]>): boolean {
  const servers = [...byServer.keys()]
  const all = [...byServer.values()]
  const longest = all.reduce((most, findings) => (findings.length > most.length ? findings : most), [])
  const rows = longest.map(({ group, title, optional }): Row => ({
    group,
    title: optional ? `(optional) ${title}` : title,
    marks: all.map((findings) => MARKS[findings.find((finding) => finding.title === title)?.outcome.how ?? 'skipped']),
  }))
  printTable(servers, rows)
  for (const [server, findings] of byServer) {
    const lines = findings.flatMap(({ group, title, outcome }) => {
      if (outcome.how !== 'fails' && outcome.how !== 'lacks') return []
      const why = outcome.why.slice(0, MAX_REASON).split('\n').join('\n    ')
      return [`\n  ${outcome.how} ${group}: ${title}\n    ${why}`]
    })
    if (lines.length > 0) process.stdout.write(`\n${server}${lines.join('')}\n`)
  }
  return all.every((findings) => findings.every(({ outcome }) => outcome.how !== 'fails'))
}
