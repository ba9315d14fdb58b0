import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { anonymous, succeed } from '../../../test/support/subgraph.ts'

const FIELDS = `notifications { level previews quietHours { from to } }
  privacy { messagesFrom groupsFrom foundBy lastSeenTo readReceipts invisible }`
const UPDATE = `mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { ${FIELDS} } } }`
const DEFAULTS = {
  notifications: { level: 'ALL', previews: true, quietHours: null },
  privacy: {
    messagesFrom: 'EVERYONE',
    groupsFrom: 'EVERYONE',
    foundBy: 'EVERYONE',
    lastSeenTo: 'EVERYONE',
    readReceipts: true,
    invisible: false,
  },
}

let db: TestDatabase
let people: People
beforeAll(async () => {
  db = await createDatabase()
  people = openPeople(db.database)
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

let count = 0
const newPerson = () => people.signIn(`settings${++count}@example.org`, 'Ada')
const read = async (who: UserIdentity) =>
  (await succeed(people.ask(who, `{ me { settings { ${FIELDS} } } }`))).me.settings
const update = (who: UserIdentity, input: object) => people.ask(who, UPDATE, { input })
const saved = async (who: UserIdentity, input: object) => (await succeed(update(who, input))).updateSettings.settings

test('each setting has a default, is changed alone, and goes back to its default by null', async () => {
  const ada = await newPerson()
  expect(await read(ada)).toEqual(DEFAULTS)
  const changes: [group: 'notifications' | 'privacy', field: string, value: unknown][] = [
    ['notifications', 'level', 'MENTIONS'],
    ['notifications', 'previews', false],
    ['notifications', 'quietHours', { from: '22:30', to: '07:00' }],
    ['privacy', 'messagesFrom', 'FRIENDS'],
    ['privacy', 'groupsFrom', 'NOBODY'],
    ['privacy', 'foundBy', 'FRIENDS'],
    ['privacy', 'lastSeenTo', 'NOBODY'],
    ['privacy', 'readReceipts', false],
    ['privacy', 'invisible', true],
  ]
  const expected: Record<string, Record<string, unknown>> = structuredClone(DEFAULTS)
  for (const [group, field, value] of changes) {
    expected[group]![field] = value
    expect(await saved(ada, { [group]: { [field]: value } })).toEqual(expected)
  }
  expect(await read(ada)).toEqual(expected)
  for (const [group, field] of changes) {
    expected[group]![field] = (DEFAULTS[group] as Record<string, unknown>)[field]
    expect(await saved(ada, { [group]: { [field]: null } })).toEqual(expected)
  }
  expect(await read(ada)).toEqual(DEFAULTS)
})

test('settings are their owner’s: another user sees none, and changes their own alone', async () => {
  const [ada, bob] = [await newPerson(), await newPerson()]
  await saved(ada, { privacy: { foundBy: 'NOBODY' } })
  const seen = await succeed(
    people.ask(bob, `query ($id: ID!) { user(id: $id) { settings { ${FIELDS} } } }`, { id: ada.userId }),
  )
  expect(seen.user.settings).toBeNull()
  await saved(bob, { privacy: { foundBy: 'FRIENDS' } })
  expect((await read(ada)).privacy.foundBy).toBe('NOBODY')
  expect((await update(bob, {})).codes).toEqual([])
  expect((await people.ask(anonymous, UPDATE, { input: {} })).codes).toEqual(['UNAUTHENTICATED'])
  const ghost = { ...bob, userId: '00000000-0000-7000-8000-000000000000' }
  expect((await update(ghost, { privacy: { readReceipts: false } })).codes).toEqual(['NOT_FOUND'])
})

test.each([
  [{ from: '24:00', to: '07:00' }],
  [{ from: '22:00', to: '7:00' }],
  [{ from: '22:00', to: '22:00' }],
  [{ from: '22:00:00', to: '07:00' }],
  [{ from: '', to: '07:00' }],
  [{ from: "22:00'", to: '07:00' }],
])('quiet hours %j are refused, and nothing else is saved', async (quietHours) => {
  const ada = await newPerson()
  const refused = await update(ada, { notifications: { quietHours }, privacy: { foundBy: 'NOBODY' } })
  expect(refused.codes).toEqual(['BAD_USER_INPUT'])
  expect(await read(ada)).toEqual(DEFAULTS)
})

test('two devices that change different settings at the same moment both have their way', async () => {
  const ada = await newPerson()
  await Promise.all([
    saved(ada, { privacy: { foundBy: 'NOBODY' } }),
    saved(ada, { privacy: { messagesFrom: 'NOBODY' } }),
    saved(ada, { notifications: { level: 'NONE' } }),
  ])
  expect(await read(ada)).toMatchObject({
    notifications: { level: 'NONE' },
    privacy: { foundBy: 'NOBODY', messagesFrom: 'NOBODY' },
  })
})

test('a change is told to the user’s devices once, and what changes nothing is told to nobody', async () => {
  const ada = await newPerson()
  await saved(ada, { privacy: { readReceipts: true } })
  await saved(ada, { privacy: { readReceipts: false } })
  await saved(ada, { privacy: { readReceipts: false } })
  const { rows } = await db.database.query('select kind, payload from events.log where key = $1::text', [ada.userId])
  expect(rows).toEqual([{ kind: 'users.SettingsChanged', payload: { userId: ada.userId, deviceId: ada.deviceId } }])
})

test('users.notification_settings has a row for everybody, with the time zone of the quiet hours', async () => {
  const [ada, bob] = [await newPerson(), await newPerson()]
  await saved(ada, {
    notifications: { level: 'MENTIONS', previews: false, quietHours: { from: '22:00', to: '07:00' } },
  })
  await succeed(people.ask(ada, 'mutation { updateProfile(input: { timeZone: "Asia/Kolkata" }) { user { id } } }'))
  const { rows } = await db.database.query(
    'select * from users.notification_settings where user_id = any($1::uuid[]) order by notify',
    [[ada.userId, bob.userId]],
  )
  expect(rows).toEqual([
    { user_id: bob.userId, notify: 'ALL', previews: true, quiet_from: null, quiet_to: null, time_zone: 'UTC' },
    {
      user_id: ada.userId,
      notify: 'MENTIONS',
      previews: false,
      quiet_from: '22:00:00',
      quiet_to: '07:00:00',
      time_zone: 'Asia/Kolkata',
    },
  ])
  // PostgreSQL knows the zone by the same name.
  await db.database.query('select now() at time zone $1::text', [rows[1]?.['time_zone']])
})
