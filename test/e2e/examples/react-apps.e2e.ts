import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import { mailbox } from '../../../examples/development.ts'
import { assetPath } from '../../../platform/assets.ts'
import { AddReactionDocument } from '../../../client/generated/operations.ts'
import { openDirect, openInbox, sendText, signInAt, type Signed } from '../../support/app.ts'
import { findExecutable } from '../../support/child.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'

/** The apps among the examples, bundled as their readers do it, in real Chromium, against a running server. */
jest.setTimeout(120_000)

const executablePath = findExecutable('chromium', 'chromium-browser', 'google-chrome')
const describeWithBrowser = executablePath !== undefined || process.env['CI'] ? describe : describe.skip

const APPS = ['apollo-react']

let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let url: string
let pages: ReturnType<typeof createServer>
let origin: string
let friend: Signed

/** The bundle of an app; its modules are those that the package has. */
async function bundle(app: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [assetPath(`examples/${app}/app.jsx`)],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    external: ['ws'],
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}

beforeAll(async () => {
  folder = await makeFolder()
  const scripts = new Map<string, string>()
  for (const app of APPS) scripts.set(app, await bundle(app))
  pages = createServer((request, response) => {
    const [, app = '', file] = new URL(request.url ?? '/', 'http://pages.invalid').pathname.split('/')
    // Browsers ask for it by themselves.
    if (app === 'favicon.ico') return void response.writeHead(204).end()
    const script = scripts.get(app)
    if (script === undefined) return void response.writeHead(404).end()
    if (file === 'app.js') return void response.setHeader('content-type', 'text/javascript').end(script)
    readFile(assetPath(`examples/${app}/index.html`)).then(
      (page) => response.setHeader('content-type', 'text/html').end(page),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
  program = await startProgram({ DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn', ALLOWED_ORIGINS: origin })
  url = program.banner('GraphQL')
  friend = await signInAt(url, folder.path, 'Friend')
})
afterAll(async () => {
  await friend?.app[Symbol.asyncDispose]()
  await program?.stop()
  pages?.closeAllConnections()
  pages?.close()
  await folder?.[Symbol.asyncDispose]()
})

describeWithBrowser(`Apps in a browser${executablePath === undefined ? ' (no Chromium here)' : ''}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
  })

  test.each(APPS)('%s shows conversations and live messages, sends, and asks for nothing again', async (app) => {
    const page = await browser.newPage()
    const wrong: string[] = []
    const operations: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(message.text())
    })
    page.on('request', (request) => {
      const [, name] = /"query":"(?:query|mutation) (\w+)/.exec(request.postData() ?? '') ?? []
      if (name !== undefined) operations.push(name)
    })
    await page.goto(`${origin}/${app}/?server=${encodeURIComponent(url)}`)
    const address = `${app}@example.org`
    await page.fill('input[name=given]', address)
    await page.click('#continue')
    await page.waitForSelector('input[placeholder="One-time password"]')
    await page.fill('input[name=given]', await mailbox(folder.path).findOtp(address))
    await page.click('#continue')
    await page.waitForSelector('#conversations', { state: 'attached' })
    await eventually(() => expect(operations).toContain('Conversations'))

    // Somebody writes for the first time.
    const viewer = await signInAt(url, folder.path, app, address)
    await viewer.app[Symbol.asyncDispose]()
    const conversationId = await openDirect(friend, viewer)
    await using inbox = openInbox(friend)
    await inbox.next()
    for (let n = 1; n <= 7; n++) await sendText(friend, conversationId, `message ${n}`)
    const listed = () => page.locator('#conversations li').allTextContents()
    await eventually(async () => expect(await listed()).toEqual(['Friend: message 7 (7)']), 20_000)

    await page.click('#conversations button')
    const shown = async () => (await page.locator('#messages li').allTextContents()).map((text) => text.trim())
    const all = [1, 2, 3, 4, 5, 6, 7].map((n) => `Friend: message ${n}`)
    await eventually(async () => expect((await shown()).slice(-5)).toEqual(all.slice(-5)))
    if ((await shown()).length < 7) await page.click('#earlier')
    await eventually(async () => expect(await shown()).toEqual(all))

    const before = [...operations]
    const live = await sendText(friend, conversationId, 'live')
    await eventually(async () => expect(await shown()).toEqual([...all, 'Friend: live']))
    await friend.app.mutate(AddReactionDocument, { input: { messageId: live, emoji: '👍' } })
    await eventually(async () => expect(await shown()).toEqual([...all, 'Friend: live 👍 1']))
    await page.fill('input[name=text]', 'from the page')
    await page.click('#send')
    await eventually(async () => expect((await shown()).at(-1)).toBe(`${app}: from the page`))
    expect((await listed())[0]).toContain('from the page')
    const isFromPage = async () => {
      const event = await inbox.next()
      return event.__typename === 'MessageReceived' && event.message.text === 'from the page'
    }
    await eventually(isFromPage)
    expect(operations.slice(before.length)).toEqual(['Send'])
    expect(wrong).toEqual([])
    await page.close()
  })
})
