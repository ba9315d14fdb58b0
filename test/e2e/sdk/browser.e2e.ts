import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { ConversationMessagesDocument } from '../../../client/generated/operations.ts'
import { mailbox } from '../../../examples/development.ts'
import { assetPath } from '../../../platform/assets.ts'
import { openDirect, signInAt, type Signed } from '../../support/app.ts'
import { findExecutable } from '../../support/child.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/** The SDK in real Chromium, on a page of another origin than the server's, as its modules stand: nothing is bundled. */
jest.setTimeout(120_000)

const executablePath = findExecutable('chromium', 'chromium-browser', 'google-chrome')
const describeWithBrowser = executablePath !== undefined || process.env['CI'] ? describe : describe.skip

const IMPORTS = {
  '@parley/client': '/client/dist/connect.js',
  '@parley/client/account': '/client/dist/account.js',
  '@parley/client/outbox': '/client/dist/outbox.js',
  '@parley/client/storage/browser': '/client/dist/storage/browser.js',
  graphql: '/node_modules/graphql/index.mjs',
  'graphql-ws': '/node_modules/graphql-ws/dist/index.js',
  'idb-keyval': '/node_modules/idb-keyval/dist/index.js',
}

/** A page and the files of the packages, as any static server gives them. */
async function startPages() {
  const script = await readFile(assetPath('test/e2e/sdk/page.mjs'))
  const page = `<!doctype html><title>loading</title><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
    <script type="module" src="/page.mjs"></script>`
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://pages.invalid')
    if (pathname === '/') return void response.setHeader('content-type', 'text/html').end(page)
    response.setHeader('content-type', 'text/javascript')
    if (pathname === '/page.mjs') return void response.end(script)
    readFile(join(assetPath('.'), pathname)).then(
      (file) => response.end(file),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  }
}

describeWithBrowser(`The SDK in a browser${executablePath === undefined ? ' (no Chromium here)' : ''}`, () => {
  let browser: Browser
  let folder: Awaited<ReturnType<typeof makeFolder>>
  let pages: Awaited<ReturnType<typeof startPages>>
  let program: Program
  let url: string
  let network: TcpProxy
  let bob: Signed

  beforeAll(async () => {
    ;[folder, pages] = await Promise.all([makeFolder(), startPages()])
    program = await startProgram({
      DATA_DIR: folder.path,
      PORT: '0',
      LOG_LEVEL: 'warn',
      ALLOWED_ORIGINS: pages.origin,
    })
    url = program.banner('GraphQL')
    network = await startTcpProxy(url)
    bob = await signInAt(url, folder.path, 'Bob')
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
    await bob?.app[Symbol.asyncDispose]()
    await network?.[Symbol.asyncDispose]()
    await program?.stop()
    await pages?.close()
    await folder?.[Symbol.asyncDispose]()
  })

  async function openTab(context: BrowserContext) {
    const page: Page = await context.newPage()
    const wrong: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    await page.goto(`${pages.origin}/?server=${encodeURIComponent(network.url)}`)
    await eventually(async () => expect([await page.title(), wrong]).toEqual(['ready', []]))
    const call = <Result>(name: string, ...args: string[]) =>
      page.evaluate<Result>(`window.${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`)
    return { page, call }
  }

  /** Ada signed in, in a browser of her own. */
  async function openBrowser() {
    const context = await browser.newContext()
    const tab = await openTab(context)
    const address = `ada.${randomUUID()}@example.org`
    await tab.call('requestCode', address)
    const userId = await tab.call<string>('verifyCode', address, await mailbox(folder.path).findOtp(address))
    const conversationId = await openDirect(bob, { ...bob, userId })
    return { context, tab, userId, conversationId, [Symbol.asyncDispose]: () => context.close() }
  }

  const textsOf = async (id: string) => {
    const { conversation } = await bob.app.query(ConversationMessagesDocument, { id, first: 100 })
    return conversation!.messages.edges.flatMap(({ node }) => (node.type === 'TEXT' ? [node.text] : []))
  }

  test('keeps the session across a reload, with a key that no script reads out', async () => {
    await using ada = await openBrowser()
    const { tab, userId } = ada
    const kept = { userId, key: '[object CryptoKey]', extractable: false }
    expect(await tab.call('current')).toEqual(kept)
    await tab.page.reload()
    await eventually(async () => expect(await tab.page.title()).toBe('ready'))
    expect(await tab.call('current')).toEqual(kept)
    // The session's key is an opaque object in the database; the session's own id and user stand beside it.
    const stored = await tab.call<string>('stored')
    expect(stored).toContain(userId)
    expect(stored).toContain('"hmacKey":{}')
  })

  test('messages written offline survive the closing of their tab, and go out in order when the network is back', async () => {
    await using ada = await openBrowser()
    const { context, tab, conversationId } = ada
    await tab.call('openOutbox')
    await context.setOffline(true)
    const texts = ['one', 'two', 'three']
    for (const text of texts) await tab.call('send', conversationId, text)
    expect((await tab.call<string[]>('phases')).length).toBe(3)
    await tab.page.close()
    expect(await textsOf(conversationId)).toEqual([])

    await context.setOffline(false)
    const later = await openTab(context)
    await later.call('openOutbox')
    await eventually(async () => expect(await later.call('phases')).toEqual([]), 20_000)
    expect(await textsOf(conversationId)).toEqual(texts)
  })

  test('the browser says that the network is back, and the outbox sends at once', async () => {
    await using ada = await openBrowser()
    const { context, tab, conversationId } = ada
    await tab.call('openOutbox')
    await context.setOffline(true)
    await tab.call('send', conversationId, 'waits')
    // Many failures make the pauses long.
    await tab.page.waitForFunction(`window.phases().includes('waiting')`)
    await context.setOffline(false)
    await eventually(async () => expect(await textsOf(conversationId)).toEqual(['waits']), 20_000)
  })

  test('two tabs send at once, one is reloaded and one is closed: each message is sent once, and none waits for a look', async () => {
    await using ada = await openBrowser()
    const { context, tab, conversationId } = ada
    const other = await openTab(context)
    for (const one of [tab, other]) await one.call('openOutbox')
    const online = ['first of one', 'first of the other']
    await Promise.all([tab.call('send', conversationId, online[0]!), other.call('send', conversationId, online[1]!)])
    await eventually(async () => expect((await textsOf(conversationId)).sort()).toEqual(online), 20_000)

    network.cut()
    await tab.call('send', conversationId, 'second of one')
    await other.call('send', conversationId, 'second of the other')
    await tab.page.reload()
    await eventually(async () => expect(await tab.page.title()).toBe('ready'), 20_000)
    await eventually(async () => expect(await other.call<string[]>('phases')).toHaveLength(2), 20_000)
    await tab.call('openOutbox')
    await other.call('send', conversationId, 'third of the other')
    expect(await tab.call<string[]>('phases')).toHaveLength(2)
    await other.page.close()
    await eventually(async () => expect(await tab.call<string[]>('phases')).toHaveLength(3), 20_000)
    network.restore()
    await eventually(async () => expect(await tab.call('phases')).toEqual([]), 40_000)
    const offline = ['second of one', 'second of the other', 'third of the other']
    expect((await textsOf(conversationId)).slice(2)).toEqual(offline)
  })

  test('what one tab discards, another tab does not send', async () => {
    await using ada = await openBrowser()
    const { context, tab, conversationId } = ada
    const other = await openTab(context)
    await tab.call('openOutbox')
    await context.setOffline(true)
    await tab.call('send', conversationId, 'regretted')
    await other.call('openOutbox')
    await eventually(async () => expect(await other.call('phases')).toEqual(['waiting']))
    await eventually(async () => {
      await tab.call('discardAll')
      expect(await tab.call('phases')).toEqual([])
    })
    await eventually(async () => expect(await other.call('phases')).toEqual([]))
    await context.setOffline(false)
    await other.call('send', conversationId, 'kept')
    await eventually(async () => expect(await textsOf(conversationId)).toEqual(['kept']), 20_000)
  })
})
