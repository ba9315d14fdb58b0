import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build, type Plugin } from 'esbuild'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { connect } from '../../../client/connect.ts'
import { ChatProvider, useConversations, useMessages, usePresence, useTyping } from '../../../client/react/chat.ts'
import { useQuery } from '../../../client/react/index.ts'
import { MeDocument } from '../../../client/generated/operations.ts'
import { openStore } from '../../../client/store/index.ts'
import { mailbox } from '../../../examples/development.ts'
import { assetPath } from '../../../platform/assets.ts'
import { openDirect, sendText, signInAt, type Signed } from '../../support/app.ts'
import { findExecutable } from '../../support/child.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'

/** The chat of `examples/chat-react`, in StrictMode, in real Chromium, against a running server. */
jest.setTimeout(240_000)

const executablePath = findExecutable('chromium', 'chromium-browser', 'google-chrome')
const describeWithBrowser = executablePath !== undefined || process.env['CI'] ? describe : describe.skip

/** The SDK as it is in this repository, by the names of its package. */
const sdk: Plugin = {
  name: 'sdk',
  setup({ onResolve }) {
    const { exports } = JSON.parse(readFileSync(assetPath('client/package.json'), 'utf8')) as {
      exports: Record<string, { readonly default: string }>
    }
    onResolve({ filter: /^@parley\/client/ }, ({ path }) => {
      const { default: built } = exports[path.replace('@parley/client', '.')]!
      return { path: assetPath(built.replace('./dist', 'client').replace(/js$/, 'ts')) }
    })
  },
}

let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let pages: ReturnType<typeof createServer>
let origin: string
let url: string
let bob: Signed

beforeAll(async () => {
  folder = await makeFolder()
  const { outputFiles } = await build({
    entryPoints: [assetPath('examples/chat-react/chat.jsx')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    jsx: 'automatic',
    external: ['ws'],
    plugins: [sdk],
  })
  const html = readFileSync(assetPath('examples/chat-react/index.html'))
  pages = createServer((request, response) => {
    const isScript = request.url === '/chat.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? outputFiles[0]!.text : html)
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
  program = await startProgram({
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'warn',
    ALLOWED_ORIGINS: origin,
    RATE_USER_BURST: '10000',
  })
  url = program.banner('GraphQL')
  bob = await signInAt(url, folder.path, 'Bob')
})
afterAll(async () => {
  await bob?.app[Symbol.asyncDispose]()
  await program?.stop()
  pages?.closeAllConnections()
  pages?.close()
  await folder?.[Symbol.asyncDispose]()
})

describeWithBrowser(`A chat in a browser${executablePath === undefined ? ' (no Chromium here)' : ''}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
  })

  const wrong: string[] = []
  async function openTab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (said) => {
      // What the browser says of a network that is away is no fault of the page.
      if (said.type() === 'error' && !said.text().includes('net::')) wrong.push(said.text())
    })
    await page.goto(`${origin}/?url=${encodeURIComponent(url)}`)
    return page
  }
  const textsOf = (page: Page) => page.locator('#messages li span').allTextContents()
  const stateOf = (page: Page) => page.locator('#messages li').last().getAttribute('data-state')

  test('two tabs sign in once, page both ways, send offline and online, and see each other, who types and who is there', async () => {
    const context = await browser.newContext()
    const one = await openTab(context)
    const address = `ada.${Date.now()}@example.org`
    await one.getByLabel('Address').fill(address)
    await one.getByText('Go on').click()
    await one.getByLabel('Code').fill(await mailbox(folder.path).findOtp(address))
    await one.getByLabel('Your name').fill('Ada')
    await one.getByText('Go on').click()
    await eventually(async () => expect(await one.locator('#state').textContent()).toBe('online'), 30_000)
    const adaId = await one.evaluate<string>(
      `new Promise((resolve) => {
        const opened = indexedDB.open('parley')
        opened.onsuccess = () => {
          const asked = opened.result.transaction('values').objectStore('values').get('signed-in')
          asked.onsuccess = () => resolve(asked.result.userId)
        }
      })`,
    )
    // The other tab has the session already.
    const two = await openTab(context)
    await eventually(async () => expect(await two.locator('#state').textContent()).toBe('online'), 30_000)

    const id = await openDirect(bob, { userId: adaId } as Signed)
    for (let n = 1; n <= 120; n++) await sendText(bob, id, `text ${n}`)
    for (const tab of [one, two]) {
      await tab.locator('#conversations').getByText('Bob').click({ timeout: 30_000 })
      await eventually(async () => expect((await textsOf(tab)).at(-1)).toBe('text 120'), 30_000)
    }
    // A conversation that is looked at is read.
    await eventually(async () => expect(await one.locator('h1').textContent()).toBe('Chats (0)'))
    await eventually(async () => expect(await two.locator('h1').textContent()).toBe('Chats (0)'))
    while ((await one.getByText('Older').count()) > 0) {
      const before = (await textsOf(one)).length
      await one.getByText('Older').click()
      await eventually(async () => expect((await textsOf(one)).length).toBeGreaterThan(before))
    }
    expect(await textsOf(one)).toEqual(Array.from({ length: 120 }, (_, n) => `text ${n + 1}`))

    // Each tab sees what the other sends, once.
    await one.locator('#text').fill('from the first tab')
    await one.getByText('Send').click()
    for (const tab of [one, two]) {
      await eventually(async () => expect((await textsOf(tab)).at(-1)).toBe('from the first tab'))
      await eventually(async () => expect(await stateOf(tab)).toBe('stored'))
    }
    const keys = await one
      .locator('#messages li')
      .evaluateAll((all) => all.map((each) => (each as unknown as { dataset: Record<string, string> }).dataset['key']))
    expect(new Set(keys).size).toBe(keys.length)

    // Presence and typing of the other user.
    expect(await one.locator('.presence').textContent()).toBe('offline')
    await using store = openStore({ app: bob.app, userId: bob.userId })
    const bobsView = store.messages(id)
    const stop = bobsView.watch(() => undefined)
    await eventually(async () => expect(await one.locator('.presence').textContent()).toBe('online'), 20_000)
    await eventually(async () => {
      store.startTyping(id)
      expect(await one.locator('#typing').textContent()).toBe('Bob types …')
    })
    const typing = store.typing(id)
    const stopTyping = typing.watch(() => undefined)
    await eventually(async () => {
      await one.locator('#text').pressSequentially('x')
      expect(typing.get()).toMatchObject([{ displayName: 'Ada' }])
    })
    store.stopTyping(id)
    await eventually(async () => expect(await one.locator('#typing').textContent()).toBe(''))

    // Offline: it waits on the screen; online it is sent, and the same element is the stored one.
    await context.setOffline(true)
    await one.locator('#text').fill('offline')
    await one.getByText('Send').click()
    await eventually(async () => expect((await textsOf(one)).at(-1)).toBe('offline'))
    expect(['waiting', 'sending']).toContain(await stateOf(one))
    const key = await one.locator('#messages li').last().getAttribute('data-key')
    await context.setOffline(false)
    await eventually(async () => expect(await stateOf(one)).toBe('stored'), 60_000)
    expect(await one.locator('#messages li').last().getAttribute('data-key')).toBe(key)
    await eventually(async () => expect((await textsOf(two)).at(-1)).toBe('offline'), 60_000)
    await eventually(() => expect(bobsView.get().messages.at(-1)).toMatchObject({ text: 'offline' }))
    expect((await textsOf(one)).filter((text) => text === 'offline')).toHaveLength(1)

    // A reaction and a deletion reach both tabs.
    await one.locator('#messages li').last().getByText('👍').click()
    await eventually(async () => expect(await two.locator('#messages li').last().textContent()).toContain('👍 1'))
    await one.locator('#messages li').last().getByText('Delete').click()
    await eventually(async () => expect((await textsOf(two)).at(-1)).toBe('deleted'))

    stopTyping()
    stop()
    expect(wrong).toEqual([])
    await context.close()
  })
})

test('on a server the hooks render what is known, and ask nothing', async () => {
  await using app = connect({ url: 'http://127.0.0.1:1/graphql' })
  await using store = openStore({ app, userId: 'viewer' })
  function Screen() {
    const { conversations, isLoading } = useConversations({ archived: false })
    const { messages } = useMessages('conversation')
    const { typing } = useTyping('conversation')
    const { data } = useQuery(MeDocument, {})
    const presence = usePresence('friend') === null ? 'nobody' : 'known'
    const said = [conversations.length, messages.length, typing.length, isLoading, presence, typeof data]
    return createElement('p', null, said.join(' '))
  }
  const screen = createElement(ChatProvider, { store }, createElement(Screen))
  expect(renderToString(screen)).toBe('<p>0 0 0 true nobody undefined</p>')
  expect(app.connection.get()).toEqual({ phase: 'idle' })
})

test('a hook without a provider says what it needs', () => {
  const Screen = () => createElement('p', null, String(useConversations().isLoading))
  expect(() => renderToString(createElement(Screen))).toThrow('needs a ChatProvider above')
})
