import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { MeDocument } from '../../../client/generated/operations.ts'
import { mailbox } from '../../../examples/development.ts'
import { assetPath } from '../../../platform/assets.ts'
import { openDirect, openInbox, sendText, signInAt, type Signed } from '../../support/app.ts'
import { findExecutable } from '../../support/child.ts'
import { eventually } from '../../support/eventually.ts'
import { type Pages, startPages } from '../../support/pages.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'

/** The examples that are pages, in real Chromium, against a server as `npm start` starts it. */
jest.setTimeout(180_000)

const executablePath = findExecutable('chromium', 'chromium-browser', 'google-chrome')
const describeWithBrowser = executablePath !== undefined || process.env['CI'] ? describe : describe.skip

describeWithBrowser(`A page${executablePath === undefined ? ' (no Chromium here)' : ''}`, () => {
  let browser: Browser
  let folder: Awaited<ReturnType<typeof makeFolder>>
  let program: Program
  let url: string
  let plain: Pages
  let relay: Pages
  let bob: Signed

  beforeAll(async () => {
    folder = await makeFolder()
    const built = join(folder.path, 'relay')
    await promisify(execFile)(process.execPath, [assetPath('examples/relay/build.mjs'), built])
    ;[plain, relay] = await Promise.all([startPages(assetPath('.')), startPages(built)])
    program = await startProgram({
      DATA_DIR: folder.path,
      PORT: '0',
      LOG_LEVEL: 'warn',
      ALLOWED_ORIGINS: `${plain.origin},${relay.origin}`,
    })
    url = program.banner('GraphQL')
    bob = await signInAt(url, folder.path, 'Bob')
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
    await bob?.app[Symbol.asyncDispose]()
    await program?.stop()
    for (const pages of [plain, relay]) await pages?.[Symbol.asyncDispose]()
    await folder?.[Symbol.asyncDispose]()
  })

  const codeFor = (address: string) => mailbox(folder.path).findOtp(address)
  const newAddress = () => `page.${randomUUID()}@example.org`

  async function openPage(at: string) {
    const page: Page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(30_000)
    const wrong: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (said) => said.type() === 'error' && wrong.push(said.text()))
    return {
      page,
      wrong,
      open: () => page.goto(`${at}?server=${encodeURIComponent(url)}`),
      items: (list: string) => page.locator(`${list} li`).allTextContents(),
      [Symbol.asyncDispose]: () => page.context().close(),
    }
  }

  /** Somebody else signed in at the same address on a device of the test's: who that is. */
  const idOf = async (address: string, name: string) => {
    const other = await signInAt(url, folder.path, name, address)
    const { me } = await other.app.query(MeDocument, {})
    await other.app[Symbol.asyncDispose]()
    return me.id
  }

  test('without a build step signs in, lists, opens, sends and hears, also after a reload', async () => {
    await using tab = await openPage(`${plain.origin}/examples/plain/`)
    const { page, items, wrong } = tab
    const address = newAddress()
    const userId = await idOf(address, 'Pia')
    const conversationId = await openDirect(bob, { userId } as Signed)
    await sendText(bob, conversationId, 'Hello')
    await using inbox = openInbox(bob)
    await inbox.next()

    await tab.open()
    await page.fill('[name=address]', address)
    await page.click('#address-form button')
    await page.waitForSelector('#code-form:not([hidden])')
    await page.fill('[name=code]', await codeFor(address))
    await page.click('#code-form button')
    await eventually(async () => expect(await items('#conversations')).toEqual(['Bob (1)']), 30_000)
    await page.click('#conversations button')
    await eventually(async () => expect(await items('#messages')).toEqual(['Bob: Hello']), 30_000)
    await page.fill('[name=text]', 'Hello Bob')
    await page.click('#message-form button')
    expect(await inbox.text()).toBe('Hello Bob')
    await sendText(bob, conversationId, '<b>live</b>')
    const all = ['Bob: Hello', 'Pia: Hello Bob', 'Bob: <b>live</b>']
    await eventually(async () => expect(await items('#messages')).toEqual(all), 30_000)

    await page.reload()
    await page.click('#conversations button')
    await eventually(async () => expect(await items('#messages')).toHaveLength(3), 30_000)
    expect([wrong, await page.textContent('#problem')]).toEqual([[], ''])
    await page.click('#sign-out')
    await page.waitForSelector('#address-form:not([hidden])')
  })

  test('with Relay lists, pages back, narrows the list, sends and hears', async () => {
    await using tab = await openPage(`${relay.origin}/`)
    const { page, items, wrong } = tab
    const address = newAddress()
    const userId = await idOf(address, 'Rita')
    const conversationId = await openDirect(bob, { userId } as Signed)
    const said = Array.from({ length: 14 }, (_, n) => `message ${n}`)
    for (const text of said) await sendText(bob, conversationId, text)
    await using inbox = openInbox(bob)
    await inbox.next()
    page.on('dialog', (dialog) => {
      const answer = dialog.message() === 'E-mail address' ? address : codeFor(address)
      void Promise.resolve(answer).then((text) => dialog.accept(text))
    })
    await tab.open()
    await eventually(
      async () => expect((await items('nav')).join()).toMatch(/^(Bob and Rita|Rita and Bob) \(14\)$/),
      30_000,
    )
    await page.click('nav li button')
    const lines = (texts: readonly string[]) => texts.map((text) => `Bob: ${text}`)
    await eventually(async () => expect(await items('section')).toEqual(lines(said.slice(-10))), 30_000)
    await page.click('text=Earlier')
    await eventually(async () => expect(await items('section')).toEqual(lines(said)), 30_000)
    expect(await page.locator('text=Earlier').count()).toBe(0)

    await sendText(bob, conversationId, 'live')
    const all = lines([...said, 'live'])
    await eventually(async () => expect(await items('section')).toEqual(all), 30_000)
    await eventually(async () => expect((await items('nav')).join()).toContain('(15)'), 30_000)
    await page.fill('[name=text]', 'from Relay')
    await page.click('text=Send')
    await eventually(async () => expect(await items('section')).toEqual([...all, 'Rita: from Relay']), 30_000)
    expect(await inbox.text()).toBe('live')
    expect(await inbox.text()).toBe('from Relay')

    await page.click('text=Unread only')
    await eventually(async () => expect(await items('nav')).toHaveLength(1), 30_000)
    expect(wrong).toEqual([])
  })
})
