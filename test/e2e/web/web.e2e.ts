import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findExecutable } from '../../support/child.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'

/** What a person sees who opens the server in a browser: real Chromium, no other server. */
jest.setTimeout(120_000)

const executablePath = findExecutable('chromium', 'chromium-browser', 'google-chrome')
const describeWithBrowser = executablePath !== undefined || process.env['CI'] ? describe : describe.skip

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

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const open = (path: string, accept = BROWSER) => fetch(new URL(path, url), { headers: { accept } })

test('a browser at / and at /graphql gets the page; a query, and a client of GraphQL, get answers as before', async () => {
  for (const path of ['/', '/graphql']) {
    const page = await open(path)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = page.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    const html = await page.text()
    expect(html).toContain('Parley')
    // Nothing of it comes from another server, and no script stands in it.
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(html).not.toMatch(/<script(?![^>]* src=)/)
  }
  const query = `/graphql?query=${encodeURIComponent('{ __typename }')}`
  const asked = await fetch(new URL(query, url), { headers: { accept: BROWSER, 'apollo-require-preflight': 'true' } })
  expect(await asked.json()).toEqual({ data: { __typename: 'Query' } })
  expect((await open('/graphql', 'application/json')).status).toBe(400)
  expect((await open('/healthz')).headers.get('content-type')).toContain('json')
  expect((await open('/explorer/../package.json')).status).toBe(404)
  expect((await open('/explorer/constructor.js')).status).toBe(404)
})

test('codes are for the page of this server, on this machine, and for addresses that it made up', async () => {
  const ask = (address: string, headers: Record<string, string>) =>
    fetch(new URL('/explorer/code', url), { method: 'POST', body: address, headers })
  const address = 'explorer.01926f3a-0b7c-4c4e-8f00-5a1d2b3c4d5e@parley.invalid'
  const { origin } = new URL(url)
  expect((await ask(address, { origin })).status).toBe(404)
  expect((await ask('ada@example.org', { origin })).status).toBe(403)
  expect((await ask(address, {})).status).toBe(403)
  expect((await ask(address, { origin: 'http://localhost:5173' })).status).toBe(403)
  expect((await ask(address, { origin, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await ask('x'.repeat(5_000), { origin })).status).toBe(413)
})

test('in production the page says what this is, without a script', async () => {
  await using own = await makeFolder()
  const secret = '8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab91'
  await using production = await startProgram({
    DATA_DIR: own.path,
    PORT: '0',
    LOG_LEVEL: 'warn',
    MODE: 'production',
    GATEWAY_SECRET: secret,
    SESSION_KEYS: '8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab918f14e45fceea167a',
    OTP_WEBHOOK_URL: 'http://127.0.0.1:9/otp',
    OTP_WEBHOOK_SECRET: secret,
  })
  const at = (path: string) => fetch(new URL(path, production.banner('GraphQL')), { headers: { accept: BROWSER } })
  const page = await at('/graphql')
  const html = await page.text()
  expect(html).toContain('This is a chat server')
  expect(html).not.toContain('<script')
  expect(page.headers.get('content-security-policy')).not.toContain('script-src')
  expect((await at('/explorer/page.css')).status).toBe(200)
  expect((await at('/explorer/explorer.js')).status).toBe(404)
  const code = await fetch(new URL('/explorer/code', production.banner('GraphQL')), { method: 'POST' })
  expect(code.status).toBe(405)
})

describeWithBrowser(`The explorer${executablePath === undefined ? ' (no Chromium here)' : ''}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath!,
      // As root Chromium runs without a sandbox only; the others keep it from calling home.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    })
  })
  afterAll(async () => {
    await browser?.close()
  })

  /** Somebody's tab, with what went wrong in it and where it asked. */
  async function openTab(name: string) {
    const context: BrowserContext = await browser.newContext()
    const page: Page = await context.newPage()
    const wrong: string[] = []
    const hosts = new Set<string>()
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(message.text())
    })
    page.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url())) hosts.add(new URL(request.url()).host)
    })
    await page.goto(new URL('/', url).href)
    await page.locator('.graphiql-query-editor').waitFor()
    await page.fill('#name', name)
    await page.click('#sign-in button')
    await page.locator('#who', { hasText: `Signed in as ${name}` }).waitFor()
    const [, userId] = /user (\S+)\./.exec((await page.textContent('#who'))!)!
    const run = async (query: string) => {
      await page.click('.graphiql-tab-add')
      const editor = page.locator('.graphiql-query-editor .CodeMirror')
      // Keys that come while the tab changes go nowhere.
      await eventually(async () => {
        await editor.click()
        await page.keyboard.press('Control+A')
        await page.keyboard.insertText(query)
        expect((await editor.locator('.CodeMirror-line').allTextContents()).join('')).toBe(query)
      })
      await page.click('.graphiql-execute-button')
    }
    const shows = (text: string) =>
      eventually(async () => expect(await page.textContent('.result-window')).toContain(text), 30_000)
    return { page, userId: userId!, run, shows, wrong, hosts, [Symbol.asyncDispose]: () => context.close() }
  }

  test('signs in by one click, queries, and receives live what somebody in another tab sends', async () => {
    await using ada = await openTab('Ada')
    await using bob = await openTab('Bob')
    await ada.run('{ me { displayName } }')
    await ada.shows('"displayName": "Ada"')

    await ada.run(
      'subscription { inbox { __typename ... on MessageReceived { message { text sender { displayName } } } } }',
    )
    await ada.shows('InboxOpened')

    await bob.run(`mutation { openDirectConversation(input: { userId: "${ada.userId}" }) { conversation { id } } }`)
    await bob.shows('"conversation"')
    const [, conversationId] = /"id": "([^"]+)"/.exec((await bob.page.textContent('.result-window'))!)!
    await bob.run(
      `mutation { sendMessage(input: { conversationId: "${conversationId}", clientMessageId: "1", text: "Hello, tab" }) { message { sequence } } }`,
    )
    await bob.shows('"sequence"')
    await ada.shows('Hello, tab')
    await ada.shows('"displayName": "Bob"')

    for (const { wrong, hosts } of [ada, bob]) {
      expect(wrong).toEqual([])
      expect([...hosts]).toEqual([new URL(url).host])
    }
  })
})
