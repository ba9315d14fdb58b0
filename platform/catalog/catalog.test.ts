import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeCatalogServer, makeEmbeddedCatalog } from './index.ts'

const catalog = makeEmbeddedCatalog('')
const pictures = makeCatalogServer()
const server = createServer((request, response) => {
  if (!pictures.answer(request, response)) response.writeHead(418).end()
})
let url: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('every picture that the catalog names is served as what it is, and may run nothing', async () => {
  const [pack] = await catalog.packs()
  const items = [...(await catalog.stickers(pack!.id))!, ...(await catalog.gifs('', 0, 100))]
  expect(items.length).toBeGreaterThan(10)
  expect(new Set(items.map((item) => item.url)).size).toBe(items.length)
  for (const item of items) {
    const response = await fetch(url + item.url)
    expect([item.id, response.status]).toEqual([item.id, 200])
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': item.contentType,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    const body = Buffer.from(await response.arrayBuffer())
    const text = body.toString('latin1')
    if (item.contentType === 'image/gif') {
      expect(text.startsWith('GIF89a')).toBe(true)
      expect([body.readUInt16LE(6), body.readUInt16LE(8)]).toEqual([item.width, item.height])
    } else {
      expect(text).toContain(`width="${item.width}" height="${item.height}"`)
      expect(text).not.toMatch(/script|href|\bon\w+=|<style|<foreignObject|url\(/i)
    }
  }
})

test('nothing else is there, however it is asked for', async () => {
  for (const path of ['/catalog/', '/catalog/nothing.svg', '/catalog/..%2fcatalog.ts', '/catalog/%2e%2e/serve.ts'])
    expect((await fetch(url + path)).status).toBe(path.includes('%2e%2e') ? 418 : 404)
  expect((await fetch(`${url}/catalog/smile.svg`, { method: 'POST' })).status).toBe(405)
  const head = await fetch(`${url}/catalog/smile.svg?v=1`, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect((await fetch(`${url}/other`)).status).toBe(418)
})

test('one is found by its id', async () => {
  expect(await catalog.sticker('star')).toMatchObject({ packId: 'basics', title: 'Star' })
  expect(await catalog.gif('sun')).toMatchObject({ title: 'Sun' })
  for (const id of ['', 'nothing', '__proto__'])
    expect([await catalog.sticker(id), await catalog.gif(id)]).toEqual([null, null])
})
