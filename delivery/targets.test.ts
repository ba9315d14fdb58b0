import { v7 } from 'uuid'
import { openWorld, type Person, type World } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { makeTargets } from './targets.ts'

describeWith('postgres', 'The devices that may get a push', () => {
  let world: World
  let nowMs = 0
  beforeEach(async () => {
    nowMs = 0
    world = await openWorld()
  })
  afterEach(() => world[Symbol.asyncDispose]())

  /** Two processes that remember, and how many statements of each name they sent. */
  const open = () => {
    const sent: string[] = []
    const sql: typeof world.database = {
      ...world.database,
      query(text: string, ...rest: []) {
        sent.push(/\w+\.(\w+)/.exec(text)![1]!)
        return world.database.query(text, ...rest)
      },
    }
    const find = makeTargets(sql, () => nowMs)
    const devicesOf = async ({ userId }: Person) =>
      ((await find([userId])).get(userId) ?? []).map(({ deviceId, token }) => `${deviceId} ${token}`).sort()
    const reads = () => sent.filter((name) => name === 'pushTargetsOf').length
    return { find, devicesOf, reads, sent }
  }
  const run = (text: string, ...values: unknown[]) => world.database.query(text, values)
  const shown = (person: Person) => person.devices.map((deviceId) => `${deviceId} token-${deviceId}`).sort()

  test('are read once, then one small statement asks who changed, for any number of users', async () => {
    const people = [await world.person('Alice'), await world.person('Bob', 2)]
    // While a transaction of a neighbour runs that is older than these changes, each question finds them again.
    await world.settled()
    const { find, devicesOf, sent } = open()
    const ids = people.map(({ userId }) => userId)
    await find(ids)
    await find(ids)
    expect(await devicesOf(people[1]!)).toEqual(shown(people[1]!))
    expect(sent).toEqual(['findChangedTargets', 'pushTargetsOf', 'findChangedTargets', 'findChangedTargets'])
  })

  test.each<[string, (person: Person) => Promise<unknown>, (person: Person) => string[]]>([
    [
      'a session that was revoked',
      ({ devices }) => run('update users.session set revoked_at = now() where device_id = $1::uuid', devices[0]),
      (person) => shown(person).slice(1),
    ],
    [
      'a session that was deleted',
      ({ devices }) => run('delete from users.session where device_id = $1::uuid', devices[0]),
      (person) => shown(person).slice(1),
    ],
    [
      'a session that was ended earlier',
      ({ devices }) =>
        run(`update users.session set expires_at = now() - interval '1 s' where device_id = $1::uuid`, devices[0]),
      (person) => shown(person).slice(1),
    ],
    [
      'a token that changed',
      ({ devices }) => run(`update users.device set push_token = 'new' where id = $1::uuid`, devices[0]),
      ({ devices }) => [`${devices[0]} new`, `${devices[1]} token-${devices[1]}`].sort(),
    ],
    [
      'an account that was suspended',
      ({ userId }) => run(`update users.account set state = 'SUSPENDED' where id = $1::uuid`, userId),
      () => [],
    ],
  ])('%s is seen at once, by every process, and others are not read again', async (_, change, expected) => {
    const [alice, bob] = [await world.person('Alice', 2), await world.person('Bob')]
    await world.settled()
    const processes = [open(), open()]
    for (const { devicesOf } of processes) expect(await devicesOf(alice)).toEqual(shown(alice))
    for (const { devicesOf } of processes) expect(await devicesOf(bob)).toEqual(shown(bob))
    await change(alice)
    for (const { devicesOf, reads } of processes) {
      expect(await devicesOf(alice)).toEqual(expected(alice))
      expect(await devicesOf(bob)).toEqual(shown(bob))
      expect(reads()).toBe(3)
    }
  })

  test('a sign-in is seen at once; the use of a session, which prolongs it, changes nothing', async () => {
    const alice = await world.person('Alice')
    await world.settled()
    const { devicesOf, reads } = open()
    await devicesOf(alice)
    await run(
      `update users.session set expires_at = expires_at + interval '1 day' where user_id = $1::uuid`,
      alice.userId,
    )
    expect(await devicesOf(alice)).toHaveLength(1)
    expect(reads()).toBe(1)
    const bob = await world.person('Bob')
    await run(
      `insert into users.session (id, user_id, device_id, hmac_key, created_at, expires_at)
       values ($1::uuid, $2::uuid, $3::uuid, decode(repeat('00', 32), 'hex'), now(), now() + interval '1 day')`,
      v7(),
      alice.userId,
      bob.devices[0],
    )
    expect(await devicesOf(alice)).toHaveLength(2)
  })

  test('a change whose transaction commits late is seen then, although later ones were seen before', async () => {
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const { devicesOf } = open()
    await devicesOf(alice)
    await devicesOf(bob)
    await world.database.transaction(async (sql) => {
      await sql.query('update users.session set revoked_at = now() where user_id = $1::uuid', [alice.userId])
      await run('update users.session set revoked_at = now() where user_id = $1::uuid', bob.userId)
      expect([await devicesOf(alice), await devicesOf(bob)]).toEqual([shown(alice), []])
    })
    expect(await devicesOf(alice)).toEqual([])
  })

  test('what is read while a change commits is not remembered', async () => {
    const alice = await world.person('Alice')
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    let held = false
    const find = makeTargets({
      ...world.database,
      async query(text: string, ...rest: []) {
        const answer = await world.database.query(text, ...rest)
        if (!text.includes('pushTargetsOf') || held) return answer as never
        held = true
        await gate
        return answer as never
      },
    })
    const slow = find([alice.userId])
    await eventually(() => expect(held).toBe(true))
    await run('update users.session set revoked_at = now() where user_id = $1::uuid', alice.userId)
    expect((await find([alice.userId])).get(alice.userId)).toEqual([])
    release()
    await slow
    expect((await find([alice.userId])).get(alice.userId)).toEqual([])
  })

  test('they are read again after a minute, and all of them after a long silence', async () => {
    const alice = await world.person('Alice')
    await world.settled()
    const { devicesOf, reads } = open()
    await devicesOf(alice)
    nowMs += 61_000
    await devicesOf(alice)
    expect(reads()).toBe(2)
    nowMs += 11 * 60_000
    await run('update users.session set revoked_at = now() where user_id = $1::uuid', alice.userId)
    await run('delete from users.push_target_change')
    expect(await devicesOf(alice)).toEqual([])
  })
})
