import type { KnownEvent } from '../platform/eventlog/kinds.ts'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { describeWith } from '../test/support/services.ts'
import { v7 } from 'uuid'
import { makeWishes } from './refusals.ts'

describeWith('postgres', 'What users want of a push', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createDatabase()
  })
  afterAll(() => db[Symbol.asyncDispose]())

  const user = async (settings: string | null, timeZone = 'UTC') => {
    const id = v7()
    await db.database.query(
      `insert into users.account (id, address, display_name, time_zone, created_at)
       values ($1::uuid, $1::text, 'Ada', $2::text, now())`,
      [id, timeZone],
    )
    if (settings !== null)
      await db.database.query(
        `insert into users.setting (user_id, notify, previews, quiet_from, quiet_to) select $1::uuid, ${settings}`,
        [id],
      )
    return id
  }
  const event = (mentioned: readonly string[] | null, refused: readonly string[] = []): KnownEvent => ({
    payload: {},
    kind: {
      name: 'test.Said',
      orderedBy: 'conversation',
      audience: { of: 'nobody' },
      parse: () => ({}),
      push: {
        withheldFrom: () => null,
        describe: async () => [],
        refusedBy: async (_sql, asked) => asked.map(({ userId }) => (refused.includes(userId) ? 'MUTED' : null)),
        ...(mentioned && { isMention: (_payload: unknown, userId: string) => mentioned.includes(userId) }),
      },
    },
  })
  const wish = async (userId: string, known: KnownEvent) => (await makeWishes(db.database)(known, [userId]))[0]

  test('who has set nothing wants every push with its text', async () => {
    expect(await wish(await user(null), event([]))).toEqual({ refusedBy: null, previews: true })
  })

  test('a level is about messages: MENTIONS lets mentions through, NONE nothing', async () => {
    const mentionsOnly = await user(`'MENTIONS', true, null, null`)
    const none = await user(`'NONE', true, null, null`)
    expect(await wish(mentionsOnly, event([]))).toMatchObject({ refusedBy: 'MENTIONS_ONLY' })
    expect(await wish(mentionsOnly, event([mentionsOnly]))).toMatchObject({ refusedBy: null })
    expect(await wish(none, event([none]))).toMatchObject({ refusedBy: 'NOTIFICATIONS_OFF' })
    // A friend request, say.
    for (const userId of [mentionsOnly, none])
      expect(await wish(userId, event(null))).toMatchObject({ refusedBy: null })
  })

  test('previews are off for who wants none', async () => {
    expect(await wish(await user(`'ALL', false, null, null`), event([]))).toEqual({ refusedBy: null, previews: false })
  })

  test('what the kind refuses goes before the settings', async () => {
    const none = await user(`'NONE', true, null, null`)
    expect(await wish(none, event([], [none]))).toMatchObject({ refusedBy: 'MUTED' })
  })

  test.each([
    ['an hour around now', '-30', '30', 'QUIET_HOURS'],
    ['an hour before', '-90', '-30', null],
    ['an hour later', '30', '90', null],
    ['all but an hour later: over midnight, or the day', '90', '30', 'QUIET_HOURS'],
    ['all but the hour around now', '30', '-30', null],
  ])('quiet hours are those of the user’s own clock: %s', async (_, from, to, expected) => {
    for (const zone of ['UTC', 'Pacific/Auckland', 'America/Los_Angeles']) {
      const at = (minutes: string) => `((now() at time zone '${zone}') + interval '${minutes} minutes')::time(0)`
      const own = await user(`'ALL', true, ${at(from)}, ${at(to)}`, zone)
      expect(await wish(own, event(null))).toMatchObject({ refusedBy: expected })
    }
  })

  test('a withdrawal is not held back by settings', async () => {
    const none = await user(`'NONE', true, '00:00', '23:59'`)
    const known = event([])
    const withdrawal: KnownEvent = { ...known, kind: { ...known.kind, push: { ...known.kind.push!, withdraws: true } } }
    expect(await wish(none, withdrawal)).toEqual({ refusedBy: null, previews: true })
  })
})
