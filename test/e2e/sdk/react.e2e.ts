import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { connect } from '../../../client/connect.ts'
import { MeDocument } from '../../../client/generated/operations.ts'
import { ParleyProvider, useQuery, useSubscription } from '../../../client/react/index.ts'
import { InboxDocument } from '../../../client/generated/operations.ts'
import { assetPath } from '../../../platform/assets.ts'
import { openDirect, sendText, signInAt, type Signed } from '../../support/app.ts'
import { findExecutable } from '../../support/child.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'

/** The hooks in React's StrictMode, in real Chromium, against a running server. */
jest.setTimeout(120_000)

const executablePath = findExecutable('chromium', 'chromium-browser', 'google-chrome')
const describeWithBrowser = executablePath !== undefined || process.env['CI'] ? describe : describe.skip

let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let origin: string
let pages: ReturnType<typeof createServer>
let url: string
let ada: Signed
let bob: Signed

beforeAll(async () => {
  folder = await makeFolder()
  const { outputFiles } = await build({
    entryPoints: [assetPath('test/e2e/sdk/react-page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    external: ['ws'],
  })
  pages = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? outputFiles[0]!.text : '<!doctype html><div id="root"></div>')
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
  program = await startProgram({ DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn', ALLOWED_ORIGINS: origin })
  url = program.banner('GraphQL')
  ada = await signInAt(url, folder.path, 'Ada')
  bob = await signInAt(url, folder.path, 'Bob')
})
afterAll(async () => {
  for (const person of [ada, bob]) await person?.app[Symbol.asyncDispose]()
  await program?.stop()
  pages?.closeAllConnections()
  pages?.close()
  await folder?.[Symbol.asyncDispose]()
})

describeWithBrowser(`Hooks in a browser${executablePath === undefined ? ' (no Chromium here)' : ''}`, () => {
  let browser: Browser
  let conversationId: string
  beforeAll(async () => {
    conversationId = await openDirect(ada, bob)
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
  })

  async function open(session: Signed['session'] = ada.session) {
    const page: Page = await browser.newPage()
    const wrong: string[] = []
    const operations: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('request', (request) => {
      const [, name] = /"query":"(?:query|mutation) (\w+)/.exec(request.postData() ?? '') ?? []
      if (name !== undefined) operations.push(name)
    })
    await page.goto(origin)
    const given = { url, session, conversationId, friendId: bob.userId }
    await page.evaluate(`window.given = ${JSON.stringify(given)}`)
    await page.addScriptTag({ url: '/page.js', type: 'module' })
    const text = (id: string) => page.locator(`#${id}`).first().textContent()
    return { page, text, wrong, operations, [Symbol.asyncDispose]: () => page.close() }
  }

  test('show data, hear events, ask again what an event changed, and leave nothing behind', async () => {
    await sendText(bob, conversationId, 'one')
    await using tab = await open()
    const { page, text, operations, wrong } = tab
    await eventually(async () => expect(await text('texts')).toBe('one'))
    expect(await text('name')).toBe('Ada')
    // Two components and StrictMode share one request.
    await eventually(async () => expect(await page.evaluate('window.seen')).toContain('InboxOpened'))
    await eventually(async () => expect(await text('loading')).toBe('false'))
    const asked = () => operations.filter((name) => name === 'ConversationMessages').length
    expect(asked()).toBeLessThanOrEqual(3)

    await sendText(bob, conversationId, 'two')
    await eventually(async () => expect(await text('texts')).toBe('one,two'))
    await page.locator('#send').first().click()
    await eventually(async () => expect(await text('texts')).toBe('one,two,from the page'))
    await page.locator('#send-nothing').first().click()
    await eventually(async () => expect(await text('refusal')).toContain('text'))
    expect(await text('friend')).toBe('heard')
    const seen = (await page.evaluate<string[]>('window.seen')).filter((kind) => kind === 'MessageReceived')
    expect(seen).toHaveLength(2)

    await page.click('#toggle')
    await eventually(async () => expect(await text('phase')).toBe('idle'))
    const before = asked()
    await sendText(bob, conversationId, 'three')
    await page.click('#toggle')
    await eventually(async () => expect(await text('texts')).toBe('one,two,from the page,three'))
    expect(asked()).toBeGreaterThan(before)
    expect(wrong).toEqual([])
  })

  test('a session that has ended is an error of each hook, and thrown to the boundary by the one that suspends', async () => {
    const eve = await signInAt(url, folder.path, 'Eve')
    await using tab = await open({
      ...eve.session,
      id: eve.session.id.replace(/.$/, (end) => (end === '0' ? '1' : '0')),
    })
    const { text } = tab
    await eventually(async () => expect(await text('error')).toContain('session'))
    await eventually(async () => expect(await text('inbox')).toContain('SESSION_UNKNOWN'))
    await eventually(async () => expect(await text('caught')).toContain('session'))
    await eve.app[Symbol.asyncDispose]()
  })
})

test('on a server the hooks render what is known, and ask nothing', async () => {
  await using app = connect({ url: 'http://127.0.0.1:1/graphql' })
  function Screen() {
    const { isLoading, data } = useQuery(MeDocument, {})
    const { error } = useSubscription(InboxDocument, {})
    return createElement('p', null, `${isLoading} ${typeof data} ${typeof error}`)
  }
  const html = renderToString(createElement(ParleyProvider, { app }, createElement(Screen)))
  expect(html).toBe('<p>true undefined undefined</p>')
  expect(app.connection.get()).toEqual({ phase: 'idle' })
})

test('a hook without a provider says what it needs', () => {
  const Screen = () => createElement('p', null, String(useQuery(MeDocument, {}).isLoading))
  expect(() => renderToString(createElement(Screen))).toThrow('needs a ParleyProvider above')
})
