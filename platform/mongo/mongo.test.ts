import { inspect } from 'node:util'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { eventually } from '../../test/support/eventually.ts'
import { freePort } from '../free-port.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { silentLog, type Log } from '../log/log.ts'
import { StartupError } from '../startup-error.ts'
import { openMongo } from './mongo.ts'

async function refusalOf(url: string): Promise<Error> {
  const error: unknown = await openMongo(url, { log: silentLog }).then(
    () => null,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(StartupError)
  return error as Error
}

test('a server that is absent is refused with one line that names it and not the password', async () => {
  const port = await freePort()
  const error = await refusalOf(`mongodb://somebody:hunter2%21@127.0.0.1:${port}/parley`)
  expect(error.message).toMatch(new RegExp(`^MongoDB at 127.0.0.1:${port} cannot be used: .*$`))
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('hunter2')
})

test.each([
  'mongodb://somebody:hunter2/x@127.0.0.1/parley',
  'mongodb://somebody:hunter2%@127.0.0.1',
  'http://somebody:hunter2@127.0.0.1',
  'somebody:hunter2',
  '',
])('what is no MongoDB URL is refused without being repeated: %s', async (url) => {
  const error = await refusalOf(url)
  expect(error.message).toContain('The MongoDB URL is not valid')
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('hunter2')
})

describeWith('mongo', 'openMongo', () => {
  const database = 'parley_test_connection'

  test('writes wait for a majority and its journal, and reads ask the primary, whatever the URL says', async () => {
    const url = new URL(requireUrl('mongo'))
    url.searchParams.set('w', '0')
    url.searchParams.set('readPreference', 'secondaryPreferred')
    await using mongo = await openMongo(url.href, { log: silentLog, database })
    expect(mongo.db.writeConcern).toMatchObject({ w: 'majority', journal: true })
    expect(mongo.db.collection('any').readPreference?.mode).toBe('primary')
    await mongo.db.collection('any').insertOne({ written: true })
    expect(await mongo.db.dropDatabase()).toBe(true)
  })

  test('the database is the one that is asked for, else the one of the URL, else parley', async () => {
    const url = new URL(requireUrl('mongo'))
    url.pathname = '/'
    await using none = await openMongo(url.href, { log: silentLog })
    url.pathname = '/of%2Durl'
    await using named = await openMongo(url.href, { log: silentLog })
    await using asked = await openMongo(url.href, { log: silentLog, database })
    expect([none, named, asked].map((mongo) => mongo.db.databaseName)).toEqual(['parley', 'of-url', database])
  })

  test('the log says once that the server went and once that it is back', async () => {
    await using proxy = await startTcpProxy(requireUrl('mongo'))
    const url = new URL(proxy.url)
    url.searchParams.set('directConnection', 'true')
    const lines: string[] = []
    const write = (line: string) => void lines.push(line)
    const log: Log = { ...silentLog, info: write, warn: write }
    await using mongo = await openMongo(url.href, { log, database })
    proxy.cut()
    await expect(mongo.db.command({ ping: 1 })).rejects.toThrow()
    const [away, back] = ['MongoDB is down: calls reject until it is back.', 'MongoDB is back.']
    await eventually(() => expect(lines).toEqual([away]))
    await expect(mongo.db.command({ ping: 1 })).rejects.toThrow()
    proxy.restore()
    await eventually(() => mongo.db.command({ ping: 1 }))
    await eventually(() => expect(lines.at(-1)).toBe(back))
    // A connection that was refused just before may be noticed late, which is one more round; no line comes twice in a row.
    expect(lines).toEqual(lines.map((_, index) => (index % 2 === 0 ? away : back)))
  })

  test('a server that takes a command and never answers is given up, and serves again after', async () => {
    await using proxy = await startTcpProxy(requireUrl('mongo'))
    const url = new URL(proxy.url)
    url.searchParams.set('directConnection', 'true')
    await using mongo = await openMongo(url.href, { log: silentLog, database })
    proxy.hold()
    await expect(mongo.db.command({ ping: 1 })).rejects.toThrow()
    proxy.restore()
    await eventually(() => mongo.db.command({ ping: 1 }))
  })

  test('disposing twice is once, and nothing works after it', async () => {
    const mongo = await openMongo(requireUrl('mongo'), { log: silentLog, database })
    await mongo.db.command({ ping: 1 })
    await Promise.all([mongo[Symbol.asyncDispose](), mongo[Symbol.asyncDispose]()])
    await expect(mongo.db.command({ ping: 1 })).rejects.toThrow()
  })
})
