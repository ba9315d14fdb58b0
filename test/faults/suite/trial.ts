import { setTimeout as delay } from 'node:timers/promises'
import { openPool } from '../../../platform/sql/pool.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { makeClosers } from '../../../roles/closers.ts'
import { sendText } from '../../support/app.ts'
import { makeFolder, runProgram } from '../../support/program.ts'
import { startPushService } from '../../support/push-services.ts'
import type { Fault, Stage } from './faults.ts'
import type { History, Pushed } from './history.ts'
import { judge, type Verdict } from './judge.ts'
import { startLoad } from './load.ts'
import { gather, listen, type Crowd } from './people.ts'
import { startInstallation } from './roles.ts'
import { startServers } from './servers.ts'

export interface TrialOptions {
  readonly sends: number
  /** Done one after the other, evenly spread over the load. */
  readonly faults: readonly Fault[]
  readonly say: (line: string) => void
}

export interface Outcome extends Verdict {
  /** What `npm run check` printed, and whether it found nothing. */
  readonly check: { readonly passed: boolean; readonly output: string }
  /** What sends were answered with that were tried again. */
  readonly refusals: ReadonlyMap<string, number>
  /** What the servers were. */
  readonly servers: readonly string[]
  /** What processes logged as errors, and how often. */
  readonly errors: ReadonlyMap<string, number>
  readonly seconds: number
}

/** How long deliveries may take after the last send and the last fault. Clients wait up to 30 s between two tries. */
const SETTLE_MS = 120_000

/** Starts servers, processes and people of its own, does the faults under load, and judges what everybody got. */
export async function runTrial({ sends, faults, say }: TrialOptions): Promise<Outcome> {
  const proxied = new Set(faults.flatMap(({ through = [] }) => through))
  await using folder = await makeFolder()
  await using closers = makeClosers()
  const servers = closers.use(await startServers(folder.path, proxied))
  const provider = closers.use(await startPushService('http', () => ({ status: 200 })))
  const pushUrl = `http://127.0.0.1:${provider.port}/push`
  const installation = closers.use(await startInstallation(folder.path, servers, pushUrl, proxied))
  const crowd = await gather(folder.path, installation)
  closers.defer(async () => {
    await Promise.all(crowd.people.map(({ app }) => app[Symbol.asyncDispose]()))
  })
  const listeners = crowd.people.map((member, at) => (member.online ? listen(member, at, installation) : null))
  closers.defer(async () => {
    for (const listener of listeners) await listener?.[Symbol.asyncDispose]()
  })
  const stage: Stage = {
    process: (name) => installation.processes[name],
    server: (name) => servers[name],
    proxy(name) {
      const found = installation.proxies.get(name) ?? Object.entries(servers).find(([one]) => one === name)?.[1].proxy
      if (!found) throw new Error(`There is no proxy for ${name}: the fault does not name it in \`through\`.`)
      return found
    },
  }

  // Whoever counts as online has an open stream before the first message: until then pushes are right.
  const online = crowd.people.filter((member) => member.online)
  if (!(await sendEverywhere(FIRST, crowd, online))) throw new Error('Before the faults, not everybody got a message.')
  const startedAt = performance.now()
  const load = startLoad(crowd.people, sends)
  const dueAt = (index: number) => Math.floor((sends * (index + 1)) / (faults.length + 2))
  const doFaults = async () => {
    try {
      for (const [index, fault] of faults.entries()) {
        while (load.ended() < dueAt(index)) await Promise.race([delay(20), load.done])
        say(`${load.acknowledged()} sends are acknowledged: ${fault.what}.`)
        load.allow(dueAt(index + 1))
        await fault.run(stage)
      }
    } finally {
      load.allow(sends)
    }
  }
  await Promise.all([load.done, doFaults()])
  say(`All ${sends} sends were made, ${load.acknowledged()} are acknowledged.`)

  const acknowledged = load.sends.filter(({ answers }) => answers.length > 0)
  const dueOf = new Map(
    crowd.people.map(({ name, conversations }) => [
      name,
      acknowledged.filter(({ conversation }) => conversations.includes(conversation)).length,
    ]),
  )
  /** Including the first message of each conversation. */
  const hasAll = ({ name, heard, conversations }: Crowd['people'][number]) =>
    heard.length >= (dueOf.get(name) ?? 0) + conversations.length
  await settle(() => online.every(hasAll))
  const seconds = (performance.now() - startedAt) / 1_000

  // Whoever was offline comes back, and reads on from where they were.
  const offline = crowd.people.filter(({ online }) => !online)
  const decisions = await readDecisions(servers.postgres.url, (all) => {
    const decided = new Set(all.map(({ deviceId, messageId }) => `${deviceId} ${messageId}`))
    return offline.every(({ deviceId, conversations }) =>
      acknowledged
        .filter(({ conversation }) => conversations.includes(conversation))
        .every(({ answers }) => decided.has(`${deviceId} ${answers[0]?.messageId}`)),
    )
  })
  for (const [at, member] of offline.entries()) listeners.push(listen(member, at, installation))
  await settle(() => offline.every(hasAll))
  // What would have come twice, came before it. Whoever does not get it has lost messages before, which the judge sees.
  await sendEverywhere(LAST, crowd, crowd.people)
  const check = await runProgram('commands/check.js', [], { ...installation.env })

  const history: History = {
    sends: load.sends,
    members: crowd.members,
    people: crowd.people.map((person) => ({ ...person, heard: person.heard.filter(({ text }) => !OURS.has(text)) })),
    decisions,
    provided: provider.received.map(({ body }) => parsePush(body)),
  }
  return {
    ...judge(history),
    check: { passed: check.code === 0, output: `${check.stdout}${check.stderr}` },
    refusals: load.refusals,
    servers: [servers.postgres, servers.mongodb, servers.redis, servers.rabbitmq].map(({ what }) => what),
    errors: installation.errors(),
    seconds,
  }
}

/** Messages before and after the load, which nobody judges. */
const FIRST = 'the first one'
const LAST = 'the last one'
const OURS = new Set([FIRST, LAST])

/** Sends a message to each conversation, and waits until all of `to` who are members have it; false if that takes too long. */
async function sendEverywhere(said: string, { people, members }: Crowd, to: Crowd['people']): Promise<boolean> {
  for (const conversation of members.keys()) {
    const sender = people.find(({ online, conversations }) => online && conversations.includes(conversation))
    if (sender) await sendText(sender, conversation, said)
  }
  return settle(() =>
    to.every(({ heard, conversations }) => heard.filter(({ text }) => text === said).length === conversations.length),
  )
}

async function settle(isDone: () => boolean): Promise<boolean> {
  for (const end = performance.now() + SETTLE_MS; performance.now() < end && !isDone();) await delay(50)
  return isDone()
}

/** Reads the decisions until there are those that must come, or for as long as a push may take. */
async function readDecisions(url: string, hasAll: (decisions: readonly Pushed[]) => boolean): Promise<Pushed[]> {
  await using database = await openPool(url, { max: 1, log: silentLog, startupWaitMs: 60_000 })
  for (const end = performance.now() + SETTLE_MS; ; await delay(500)) {
    const { rows } = await database.query<Pushed>(
      `select device_id as "deviceId", data->>'messageId' as "messageId", outcome || ' ' || reason as reason
       from delivery.push_decisions
       where data ? 'messageId'`,
    )
    if (hasAll(rows) || performance.now() > end) return rows
  }
}

function parsePush(body: Buffer): Pushed {
  const { deviceId, data } = JSON.parse(body.toString()) as { deviceId: string; data: { messageId?: string } }
  return { deviceId, messageId: data.messageId ?? '' }
}
