import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { describeWith } from '../../test/support/services.ts'
import { silentLog, type Log } from '../log/log.ts'
import { StartupError } from '../startup-error.ts'
import { migrate, type MigrationRoom } from './migrate.ts'

describeWith('postgres', 'The migration runner', () => {
  let db: TestDatabase
  let folder: string
  beforeEach(async () => {
    db = await createDatabase({ empty: true })
    folder = mkdtempSync(join(tmpdir(), 'parley-migrations-'))
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true })
    await db[Symbol.asyncDispose]()
  })

  /** Writes the room's files, in place of those that it had. */
  function room(schema: string, ...files: [name: string, sql: string][]): MigrationRoom {
    const path = join(folder, schema)
    rmSync(path, { recursive: true, force: true })
    mkdirSync(path)
    for (const [name, sql] of files) writeFileSync(join(path, name), sql)
    return { schema, folder: path }
  }

  const FIRST: [string, string] = ['0001-first.sql', '-- compatible\ncreate table one.a (n integer);']
  const SECOND: [string, string] = ['0002-second.sql', '-- breaking: b was not there\nalter table one.a add b integer;']

  const applied = async () => {
    const { rows } = await db.database.query<{ name: string }>(
      `select schema || '/' || name as name from migrations.applied order by applied_at`,
    )
    return rows.map((row) => row.name)
  }

  test('applies the files of each room in order, rooms in the order given, and each file once', async () => {
    const two = room('two', ['0001-view.sql', '-- compatible\ncreate view two.v as select n, b from one.a;'])
    const rooms = [room('one', SECOND, FIRST), two]
    const lines: string[] = []
    const log: Log = { ...silentLog, info: (message) => lines.push(message) }
    await migrate(db.url, rooms, log)
    expect(await applied()).toEqual(['one/0001-first', 'one/0002-second', 'two/0001-view'])
    expect(lines).toHaveLength(3)
    await migrate(db.url, rooms, log)
    expect(lines).toHaveLength(3)
    await expect(db.database.query('select n, b from two.v')).resolves.toMatchObject({ rows: [] })
  })

  test('a failed migration leaves nothing behind, and the next start continues there', async () => {
    const bad: [string, string] = ['0002-second.sql', '-- compatible\ncreate table one.c (n integer); select 1 / 0;']
    await expect(migrate(db.url, [room('one', FIRST, bad)], silentLog)).rejects.toThrow(
      'Migration one/0002-second failed: division by zero.',
    )
    expect(await applied()).toEqual(['one/0001-first'])
    await expect(db.database.query('select from one.c')).rejects.toMatchObject({ code: '42P01' })
    await migrate(db.url, [room('one', FIRST, SECOND)], silentLog)
    expect(await applied()).toEqual(['one/0001-first', 'one/0002-second'])
  })

  test('a file that was changed after it was applied is refused; other line ends are no change', async () => {
    const [name, sql] = FIRST
    await migrate(db.url, [room('one', FIRST)], silentLog)
    await migrate(db.url, [room('one', [name, sql.replaceAll('\n', '\r\n')])], silentLog)
    await expect(migrate(db.url, [room('one', [name, `${sql} -- tidied`])], silentLog)).rejects.toThrow(
      /^Migration one\/0001-first was changed after database .* had it: put the file back/,
    )
  })

  test('a database with a migration that the code does not know is refused: the code is older than the data', async () => {
    await migrate(db.url, [room('one', FIRST, SECOND), room('two')], silentLog)
    const refusal: unknown = await migrate(db.url, [room('one', FIRST)], silentLog).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(StartupError)
    expect((refusal as Error).message).toMatch(
      /^The code is older than the data: database \S+ has migration one\/0002-second, which this version does not know/,
    )
    expect((refusal as Error).message).not.toContain('\n')
    await expect(migrate(db.url, [], silentLog)).rejects.toThrow('The code is older than the data')
  })

  test('nothing is applied when any room is refused', async () => {
    await migrate(db.url, [room('one', FIRST, SECOND)], silentLog)
    const rooms = [room('zero', ['0001-z.sql', '-- compatible\nselect 1;']), room('one', FIRST)]
    await expect(migrate(db.url, rooms, silentLog)).rejects.toThrow('older than the data')
    expect(await applied()).toEqual(['one/0001-first', 'one/0002-second'])
  })

  test('what cannot be in a transaction runs outside of one, statement by statement', async () => {
    const index = [
      '-- compatible',
      '-- no transaction',
      'drop index concurrently if exists one.a_n;',
      '-- a comment; with a semicolon',
      'create index concurrently a_n on one.a (n);',
    ].join('\n')
    await migrate(db.url, [room('one', FIRST, ['0002-index.sql', index])], silentLog)
    const { rows } = await db.database.query(`select indexname from pg_indexes where schemaname = 'one'`)
    expect(rows).toEqual([{ indexname: 'a_n' }])
  })

  test('several runners at once apply each file once', async () => {
    const rooms = [room('one', FIRST, ['0002-slow.sql', '-- compatible\nselect pg_sleep(0.3);'])]
    await Promise.all([1, 2, 3].map(() => migrate(db.url, rooms, silentLog)))
    expect(await applied()).toEqual(['one/0001-first', 'one/0002-slow'])
  })

  test('names in a migration are qualified: there is no search path to fall back to', async () => {
    const bare = room('one', ['0001-bare.sql', '-- compatible\ncreate table bare (n integer);'])
    await expect(migrate(db.url, [bare], silentLog)).rejects.toThrow('no schema has been selected to create in')
  })

  test.each([
    ['must begin with the line', '0001-first.sql', 'create table one.a (n integer);'],
    ['must begin with the line', '0001-first.sql', '-- breaking:\nselect 1;'],
    ['must be named like', '1-first.sql', '-- compatible'],
    ['must have the number 1', '0002-first.sql', '-- compatible'],
    ['may hold plain statements only', '0001-do.sql', '-- compatible\n-- no transaction\ndo $$ begin end $$;'],
  ])('a file that %s is refused (%s)', async (message, name, sql) => {
    await expect(migrate(db.url, [room('one', [name, sql])], silentLog)).rejects.toThrow(message)
  })
})
