import { execFile, spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { assetPath } from '../../../platform/assets.ts'
import { openDirect, openInbox, sendText, signInAt, type Signed } from '../../support/app.ts'
import { findExecutable } from '../../support/child.ts'
import { eventually } from '../../support/eventually.ts'
import { startFrameProxy } from '../../support/frame-proxy.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'
import { startExample } from './example.ts'

/** Each example is run as its reader runs it, against a server as `npm start` starts it. */
jest.setTimeout(120_000)

let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let url: string

beforeAll(async () => {
  folder = await makeFolder()
  program = await startProgram({ DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn' })
  url = program.banner('GraphQL')
})
afterAll(async () => {
  await program?.stop()
  await folder?.[Symbol.asyncDispose]()
})

const read = (file: string) => readFileSync(assetPath(file), 'utf8')

test('the first client signs in, listens, and receives what it sends', async () => {
  await using example = startExample('first-client', url, folder.path)
  expect(await example.ended).toEqual({ code: 0, stderr: '' })
  expect(example.lines().at(-1)).toBe('Ada: Hello')
})

test('the README and the page on stock clients show what is run here, to the letter', () => {
  expect(read('README.md')).toContain(read('examples/first-client.mjs').trim())
  const page = read('docs/stock-clients.md')
  // What is TypeScript is of this project: the demo, and what it stands on.
  const recipes = readdirSync(assetPath('examples')).filter((name) => /\.(mjs|sh)$/.test(name))
  const examples = recipes.filter((name) => !['first-client.mjs', 'bot.mjs'].includes(name))
  for (const name of examples) expect(page).toContain(`examples/${name}`)
  // Whatever the formatter did to its lines.
  const plain = (code: string) => code.replace(/[\s,;]+/g, '')
  const all = examples.map((name) => plain(read(`examples/${name}`)))
  for (const [, code] of page.matchAll(/^```js\n(.*?)^```$/gms)) {
    expect(all).toContainEqual(expect.stringContaining(plain(code!)))
  }
})

test('the page on the SDK shows the bot that is run here, to the letter', () => {
  expect(read('docs/sdk.md')).toContain(read('examples/bot.mjs').trim())
})

/** Whoever talks to an example, and what it got of that. */
async function talkTo(userId: string) {
  const friend = await signInAt(url, folder.path, 'Friend')
  const conversationId = await openDirect(friend, { userId } as Signed)
  return { friend, conversationId, say: (text: string) => sendText(friend, conversationId, text) }
}

test('the bot answers each message once, in order, however often it is killed and started', async () => {
  const file = `${folder.path}/bot.json`
  const start = () => startExample('bot', url, folder.path, file)
  let bot = start()
  const signedIn = /^Signed in as the bot, user (\S+)$/
  const [, userId] = await bot.line(signedIn)
  await bot.line(/^Listening$/)
  const { friend, say } = await talkTo(userId!)
  await using inbox = openInbox(friend)
  await inbox.next()
  const said: string[] = []
  const answers: string[] = []
  for (let n = 0; n < 12; n++) {
    said.push(`say ${n}`)
    await say(said.at(-1)!)
    if (n % 3 !== 2) continue
    await bot[Symbol.asyncDispose]()
    bot = start()
    expect((await bot.line(signedIn))[1]).toBe(userId)
  }
  while (answers.length < said.length) {
    const text = await inbox.text()
    if (text.startsWith('Got ')) answers.push(text)
  }
  expect(answers).toEqual(said.map((text) => `Got ${text}`))
  // Nothing comes twice: what comes next is the answer to what is said next.
  await say('the last')
  expect([await inbox.text(), await inbox.text()]).toEqual(['the last', 'Got the last'])
  await bot[Symbol.asyncDispose]()
  await friend.app[Symbol.asyncDispose]()
})

const overSocket = [
  ['a cut', (proxy) => proxy.cut()],
  ['a restart', (proxy) => proxy.close(1012, 'The gateway is restarting: connect again in 0 ms.')],
  ['a close that says to try again', (proxy) => proxy.close(1013, 'UNAVAILABLE')],
  ['a failure of the server', (proxy) => proxy.close(1011, 'Internal error')],
  ['a stream that is ended at an event which cannot be completed', (proxy) => proxy.fail('RESUME')],
  ['an error that says to try again', (proxy) => proxy.fail('UNAVAILABLE')],
  ['an event that could not be completed', (proxy) => proxy.spoilNext('DOWNSTREAM_SERVICE_ERROR')],
  ['one that failed inside', (proxy) => proxy.spoilNext('INTERNAL_SERVER_ERROR')],
] satisfies readonly Break[]
type Break = readonly [string, (proxy: Awaited<ReturnType<typeof startFrameProxy>>) => void]
const overEvents = overSocket.filter(([, how]) => /cut|spoilNext/.test(how.toString()))

test.each([
  ['graphql-ws', overSocket, false],
  ['apollo-client', overSocket, true],
  ['urql', overSocket, true],
  ['graphql-sse', overEvents, false],
] as const)('%s receives each message once, whatever breaks in between', async (name, breaks, answers) => {
  await using proxy = await startFrameProxy(url)
  await using example = startExample(name, proxy.url, folder.path)
  const [, userId] = await example.line(/^Signed in as \w+, user (\S+)$/)
  await example.line(/^Listening$/)
  const { friend, say } = await talkTo(userId!)
  await using inbox = openInbox(friend)
  await inbox.next()

  const said: string[] = []
  const heard = () => example.lines().flatMap((line) => /^Friend: (.*)$/.exec(line)?.[1] ?? [])
  for (const [what, how] of [['nothing', () => undefined] as const, ...breaks]) {
    how(proxy)
    const text = `after ${what}`
    said.push(text)
    await say(text)
    await eventually(() => expect(heard()).toEqual(said), 40_000)
    await eventually(() => proxy.count() === 1)
    if (what === 'nothing' && answers) {
      expect([await inbox.text(), await inbox.text()]).toEqual(['after nothing', 'Got after nothing'])
    }
  }
  // An event that is refused for good does not end the stream, and does not come again after a break.
  for (const next of ['after a refusal', 'after a refusal and a restart']) {
    const text = `refused ${next}`
    const refusal = proxy.refuse(text)
    await say(text)
    await refusal
    if (/restart/.test(next)) {
      if (breaks !== overSocket) break
      proxy.close(1012, 'The gateway is restarting: connect again in 0 ms.')
      await eventually(() => proxy.count() === 0)
    }
    said.push(next)
    await say(next)
    await eventually(() => expect(heard()).toEqual(said), 40_000)
  }
  // What is final ends it: a session that is over is not asked for again.
  if (breaks === overSocket) {
    proxy.close(4401, 'SESSION_REVOKED')
    expect(await example.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('The inbox ended') })
  }
  await friend.app[Symbol.asyncDispose]()
})

const tools = ['curl', 'openssl'].filter((tool) => findExecutable(tool) === undefined)
const testWithTools = tools.length === 0 || process.env['CI'] ? test : test.skip

testWithTools(
  `curl and openssl sign a query, and a subscription${tools.length ? ` (missing: ${tools.join()})` : ''}`,
  async () => {
    const person = await signInAt(url, folder.path, 'Curly')
    const env = { ...process.env, SESSION_ID: person.session.id, HMAC_KEY: person.session.hmacKey }
    const script = assetPath('examples/curl.sh')
    const { stdout } = await promisify(execFile)(script, ['{ me { id displayName } }', url], { env })
    expect(JSON.parse(stdout)).toEqual({ data: { me: { id: person.userId, displayName: 'Curly' } } })

    const stream = spawn(script, ['subscription { inbox { __typename cursor } }', url], { env, detached: true })
    try {
      let events = ''
      stream.stdout.on('data', (chunk: Buffer) => (events += chunk.toString()))
      await eventually(() => expect(events).toContain('"InboxOpened"'))
    } finally {
      process.kill(-stream.pid!, 'SIGKILL')
    }
    await person.app[Symbol.asyncDispose]()
  },
)
