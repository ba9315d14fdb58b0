import { tmpdir } from 'node:os'
import { start } from './mongo.ts'
import { describeWith, requireUrl } from './services.ts'

const given = { ...process.env }
afterEach(() => {
  process.env = { ...given }
})

test('without any way to have one it is skipped, with what was looked for', async () => {
  process.env['PATH'] = ''
  delete process.env['MONGODB_URL']
  const skipped = 'no MONGODB_URL, no mongod on the PATH, and no java and mvn for the stand-in'
  expect(await start(tmpdir())).toEqual({ skipped })
})

describeWith('mongo', 'MONGODB_URL', () => {
  test('is identified: a stand-in is reported as one, also behind a URL', async () => {
    process.env['MONGODB_URL'] = requireUrl('mongo')
    const started = await start(tmpdir())
    expect(started).toMatchObject({ url: requireUrl('mongo'), version: expect.stringMatching(/^\d+\.\d+/) })
    const { what } = started as { what: string }
    expect(what).toMatch(/^(MongoDB|the stand-in mongo-java-server, not MongoDB), from MONGODB_URL$/)
  })
})
