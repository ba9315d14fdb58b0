import { readdirSync, readFileSync } from 'node:fs'

/** `/proc` counts in hundredths of a second, whatever the kernel's clock is. */
const MS_PER_TICK = 10

/** CPU time (user and system) of all threads, in milliseconds. */
export interface CpuTimes {
  /** CPU time of the process itself. */
  readonly own: number
  /** CPU time of its children that have ended. */
  readonly ended: number
  /** CPU time of its running children and their descendants. */
  readonly running: number
}

/** All zero if there is no such process. */
export function cpuOf(pid: number): CpuTimes {
  const processes = new Map(
    readdirSync('/proc').flatMap((name) => {
      const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null
      return stat ? [[Number(name), stat] as const] : []
    }),
  )
  const tree = new Set([pid])
  // The processes are in no order, so this repeats until it finds no new descendant.
  for (let before = 0; before !== tree.size;) {
    before = tree.size
    for (const [child, stat] of processes) if (tree.has(stat.parent)) tree.add(child)
  }
  let running = 0
  for (const member of tree) {
    const stat = processes.get(member)
    if (stat && member !== pid) running += stat.own + stat.ended
  }
  const { own = 0, ended = 0 } = processes.get(pid) ?? {}
  return { own, ended, running }
}

/** The id of the parent process; null if there is no such process. */
export const parentOf = (pid: number): number | null => readStat(pid)?.parent ?? null

function readStat(pid: number) {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null // it ended since the folder was read
  }
  // The name, in parentheses, may contain anything. All fields after it are numbers, except the state.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [parent = 0, user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = [1, 11, 12, 13, 14].map(
    (at) => fields[at],
  )
  return { parent, own: (user + system) * MS_PER_TICK, ended: (childrenUser + childrenSystem) * MS_PER_TICK }
}
