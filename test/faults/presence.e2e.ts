import { randomUUID } from 'node:crypto'
import { PresenceChangesDocument, PresenceDocument } from '../../client/generated/operations.ts'
import { openInbox, reconnect, type Signed, signInAt } from '../support/app.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { makeFolder, startProgram } from '../support/program.ts'
import { describeWith, type Service, urlOf } from '../support/services.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

/** Who is online while processes die or stand still, and Redis is away: two processes with all roles, which share all services. */
jest.setTimeout(240_000)

/** A dead node is forgotten after 15 s, buried within 8 s more, and the machine may be busy. */
const FORGOTTEN_MS = 60_000

const missing: Service | undefined = (['redis', 'rabbitmq'] as const).find((service) => urlOf(service) === null)

describeWith(missing ?? 'redis', 'Presence of two processes', () => {
  async function openPair() {
    const database = await createDatabase({ max: 1 })
    const folder = await makeFolder()
    const redis = await startTcpProxy(urlOf('redis')!)
    const unique = `p${randomUUID()}`
    const env = {
      POSTGRES_URL: database.url,
      REDIS_URL: redis.url,
      REDIS_PREFIX: `${unique}:`,
      RABBITMQ_URL: urlOf('rabbitmq')!,
      RABBITMQ_PREFIX: `${unique}.`,
      DATA_DIR: folder.path,
      PORT: '0',
      LOG_LEVEL: 'error',
    }
    const dies = await startProgram(env)
    const lives = await startProgram(env)
    const bob = await signInAt(dies.banner('GraphQL'), folder.path, 'Bob')
    const ada = await signInAt(lives.banner('GraphQL'), folder.path, 'Ada')
    const looks = async () => (await ada.app.query(PresenceDocument, { userIds: [bob.userId] })).presence[0]!
    const changes = ada.app.subscribe(PresenceChangesDocument, { userIds: [bob.userId] })
    let before: boolean | undefined
    return {
      redis,
      dies,
      lives,
      ada,
      bob,
      looks,
      /**
       * Whether the subscription tells next that Bob is here. That he has gone may be told twice: once he is found to be
       * away, and once his dead process is buried, which corrects when he was last seen.
       */
      async told() {
        for (;;) {
          const { done, value } = await changes.next()
          const online = value?.presence[0]?.online
          if (done || online !== before) return (before = online)
        }
      },
      async [Symbol.asyncDispose]() {
        await changes.return?.()
        for (const { app } of [ada, bob]) await app[Symbol.asyncDispose]()
        for (const program of [dies, lives]) await program.stop('SIGKILL')
        await redis[Symbol.asyncDispose]()
        await folder[Symbol.asyncDispose]()
        await database[Symbol.asyncDispose]()
      },
    }
  }
  const comes = async (person: Signed) => {
    const inbox = openInbox(person)
    await inbox.next()
    return inbox
  }

  test('a user whose process is killed leaves when its time is over, and stays where another device is elsewhere', async () => {
    await using world = await openPair()
    const { dies, lives, bob, looks, told } = world
    expect(await told()).toBe(false)
    const inbox = await comes(bob)
    expect(await told()).toBe(true)
    const killedAt = Date.now()
    await dies.stop('SIGKILL')
    expect(await told()).toBe(false)
    const { online, lastSeenAt } = await looks()
    expect(online).toBe(false)
    expect(Math.abs(Date.parse(lastSeenAt!) - killedAt)).toBeLessThan(10_000)
    // On the other process he is online at once.
    const elsewhere = reconnect(bob, lives.banner('GraphQL'))
    const again = await comes(elsewhere)
    expect(await told()).toBe(true)
    await again[Symbol.asyncDispose]()
    await elsewhere.app[Symbol.asyncDispose]()
    await inbox[Symbol.asyncDispose]()
  })

  test('a process that stands still loses its users, and has them back when it goes on', async () => {
    await using world = await openPair()
    const { dies, bob, looks, told } = world
    expect(await told()).toBe(false)
    const inbox = await comes(bob)
    expect(await told()).toBe(true)
    dies.signal('SIGSTOP')
    try {
      await eventually(async () => expect((await looks()).online).toBe(false), FORGOTTEN_MS)
      expect(await told()).toBe(false)
    } finally {
      dies.signal('SIGCONT')
    }
    await eventually(async () => expect((await looks()).online).toBe(true), FORGOTTEN_MS)
    expect(await told()).toBe(true)
    await inbox[Symbol.asyncDispose]()
  })

  test('while Redis is away nobody seems to leave, and when it is back everybody is there', async () => {
    await using world = await openPair()
    const { redis, bob, looks, told } = world
    expect(await told()).toBe(false)
    const inbox = await comes(bob)
    expect(await told()).toBe(true)
    redis.cut()
    await eventually(() => expect(looks()).rejects.toMatchObject({ code: 'UNAVAILABLE' }), FORGOTTEN_MS)
    redis.restore()
    await eventually(async () => expect((await looks()).online).toBe(true), FORGOTTEN_MS)
    // Nothing was told between: the next is that he leaves.
    await inbox[Symbol.asyncDispose]()
    expect(await told()).toBe(false)
  })
})
