import { cpus, loadavg } from 'node:os'

/** Prints progress to stderr. Only the results go to stdout. */
export const note = (text) => process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${text}\n`)
export const say = (text = '') => process.stdout.write(`${text}\n`)

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** A figure with three digits that count. */
export function shown(value) {
  if (value === undefined || Number.isNaN(value)) return '–'
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3)
}

export function table(header, rows) {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length)))
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  say([line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'))
  say()
}

/** Two figures of the same round: noise that lasts longer than a round is in both, and leaves their quotient alone. */
export function ratio(figures, others) {
  return median(figures.map((figure, round) => figure / others[round]))
}

/**
 * The table of a bench: a row per peer, a column per case. `results` maps peer to case to an array of figures, one per
 * round, or to a string that says why there is none.
 */
export function printResults(peers, cases, results, { unit, reference }) {
  const cell = (peer, name) => {
    const figures = results.get(peer)?.get(name)
    if (!Array.isArray(figures)) return figures ?? '–'
    const range = `${shown(median(figures))} (${shown(Math.min(...figures))}–${shown(Math.max(...figures))})`
    const others = results.get(reference(name))?.get(name)
    return Array.isArray(others) && peer !== reference(name) ? `${range} ${shown(ratio(figures, others))}×` : range
  }
  table(
    [unit, ...cases],
    peers.map((peer) => [peer, ...cases.map((name) => cell(peer, name))]),
  )
}

export function describeMachine() {
  const load = loadavg()[0].toFixed(1)
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${load} at the start, Node ${process.version}.`,
  )
}
