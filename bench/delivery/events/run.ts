/**
 * `npm run bench:events`: what events cost beside a message's way: every kind to groups of many sizes, pushes, typing and
 * presence of many users, and coming back after a day. ../README.md describes the figures. They are printed, not asserted.
 */
import { existsSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { makeDataFolder } from '../../harness/data-folder.ts'
import { openPostgres } from '../postgres.ts'
import { note, say } from '../report.ts'
import { measureFanOut } from './fan-out.ts'
import { measurePassing } from './passing.ts'
import { measureResume } from './resume.ts'

const PARTS = ['fan-out', 'passing', 'resume'] as const

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join(',') },
    groups: { type: 'string', default: '10,100,1000,10000' },
    users: { type: 'string', default: '10000' },
    events: { type: 'string', default: '100000,1000000' },
  },
})

function numbers(name: 'groups' | 'users' | 'events', most: number): number[] {
  return values[name].split(',').map((text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 2 || value > most) throw new Error(`--${name} is not 2 to ${most}: ${text}`)
    return value
  })
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  if (!existsSync('/proc/self/stat')) throw new Error('CPU time is read from /proc: this needs Linux.')
  const only = values.only.split(',')
  const unknown = only.find((name) => !(PARTS as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`--only knows ${PARTS.join(', ')}, not ${unknown}.`)
  const [groups, users, events] = [
    numbers('groups', 50_000),
    numbers('users', 50_000)[0]!,
    numbers('events', 20_000_000),
  ]
  using folder = makeDataFolder()
  await using postgres = await openPostgres(process.env['POSTGRES_URL'] || undefined, folder.path, false)
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} at the start.`,
  )
  say(await postgres.describe())
  say()
  if (only.includes('fan-out')) await measureFanOut(postgres, groups)
  if (only.includes('passing')) await measurePassing(postgres, users)
  if (only.includes('resume')) await measureResume(postgres, events)
  note('everything is stopped')
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
