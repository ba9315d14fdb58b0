import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { eventually } from '../../test/support/eventually.ts'
import { openFilesWorld, SECRET, sendFile } from '../../test/support/files.ts'
import type { StoredFile } from './files.ts'
import { makeGrants } from './index.ts'

const make = (bytes: number, more: Partial<StoredFile> = {}): StoredFile => ({
  key: v7(),
  bytes,
  contentType: 'image/png',
  fileName: null,
  ...more,
})
const soon = () => new Date(Date.now() + 60_000)
type World = Awaited<ReturnType<typeof openFilesWorld>>
/** Sends a whole file, and has it kept. */
const arrive = async (world: World, file: StoredFile, body = 'hello') => {
  const upload = await world.files.beginUpload(file, soon())
  expect((await sendFile(upload, body)).status).toBe(204)
  expect(await world.files.isComplete(file)).toBe(true)
  return upload
}

test('a file comes by one request, is complete then, and goes out under its name and type', async () => {
  await using world = await openFilesWorld()
  const file = make(5, { fileName: 'Café (1).png' })
  const upload = await world.files.beginUpload(file, soon())
  expect(upload).toMatchObject({ method: 'PATCH', resumable: true })
  expect(await world.files.isComplete(file)).toBe(false)
  expect((await sendFile(upload, 'hello')).status).toBe(204)
  expect(await world.files.isComplete(file)).toBe(true)
  const answer = await fetch(await world.files.downloadUrl(file, soon()))
  expect(await answer.text()).toBe('hello')
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': "inline; filename*=UTF-8''Caf%C3%A9%20%281%29.png",
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  })
})

test('an upload that broke off goes on where it was, also through a second address', async () => {
  await using world = await openFilesWorld()
  const file = make(10)
  const upload = await world.files.beginUpload(file, soon())
  const broken = httpRequest(upload.url, { method: 'PATCH', headers: { ...upload.headers, 'content-length': '10' } })
  broken.on('error', () => {})
  broken.write('hello')
  const offset = async (url: string) =>
    (await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })).headers.get('upload-offset')
  await eventually(() => readdirSync(world.folder).length === 2)
  // Asking for the offset ends the request that is under way: a phone that comes back does not wait for its old one.
  await eventually(async () => expect(await offset(upload.url)).toBe('5'))
  broken.destroy()
  const again = await world.files.beginUpload(file, soon())
  expect((await sendFile(again, 'hello')).status).toBe(409)
  expect((await sendFile(again, ' all!', { 'upload-offset': '5' })).status).toBe(204)
  expect(await world.files.isComplete(file)).toBe(true)
  expect(await (await fetch(await world.files.downloadUrl(file, soon()))).text()).toBe('hello all!')
})

test('of requests for one upload the later ones wait until the first has ended', async () => {
  await using world = await openFilesWorld()
  const { url, headers } = await world.files.beginUpload(make(10), soon())
  const stuck = httpRequest(url, { method: 'PATCH', headers: { ...headers, 'content-length': '10' } })
  stuck.on('error', () => {})
  stuck.write('hello')
  await eventually(async () =>
    expect(readFileSync(join(world.folder, `${url.split(/[/?]/)[4]}.upload`), 'utf8')).toBe('hello'),
  )
  const asked = Array.from({ length: 20 }, () => fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } }))
  const offsets = (await Promise.all(asked)).map((answer) => answer.headers.get('upload-offset'))
  expect(offsets).toEqual(offsets.map(() => '5'))
  stuck.destroy()
})

test('more bytes than told are refused, and a complete file never changes', async () => {
  await using world = await openFilesWorld()
  const file = make(5)
  const upload = await world.files.beginUpload(file, soon())
  expect((await sendFile(upload, 'longer than told')).status).toBe(413)
  expect((await sendFile(upload, 'first')).status).toBe(204)
  expect((await sendFile(upload, 'other')).status).toBe(409)
  expect((await sendFile(upload, 'other', { 'upload-offset': '5' })).status).toBe(413)
  expect(await world.files.isComplete(file)).toBe(true)
  expect((await sendFile(upload, 'other')).status).toBe(404)
  expect(await (await fetch(await world.files.downloadUrl(file, soon()))).text()).toBe('first')
})

test('a file that was seen stays what it is, also if another gateway still has a request of its upload', async () => {
  await using world = await openFilesWorld()
  await using other = await openFilesWorld({ folder: world.folder })
  const file = make(5)
  const { url, headers } = await other.files.beginUpload(file, soon())
  const slow = httpRequest(url, { method: 'PATCH', headers: { ...headers, 'content-length': '5' } })
  slow.on('error', () => {})
  slow.write('F')
  await eventually(() => expect(readFileSync(join(world.folder, `${file.key}.upload`), 'utf8')).toBe('F'))
  const upload = await world.files.beginUpload(file, soon())
  expect((await sendFile(upload, 'irst', { 'upload-offset': '1' })).status).toBe(204)
  const complete = await Promise.all([world.files.isComplete(file), other.files.isComplete(file)])
  expect(complete).toEqual([true, true])
  const answered = new Promise((resolve) => slow.on('response', resolve).on('close', resolve))
  slow.end('ake!')
  await answered
  expect(await world.files.isComplete(file)).toBe(true)
  expect(await (await fetch(await world.files.downloadUrl(file, soon()))).text()).toBe('First')
  expect(readdirSync(world.folder)).toEqual([file.key])
})

test('parts of a file can be asked for', async () => {
  await using world = await openFilesWorld()
  const file = make(10, { contentType: 'video/mp4' })
  await arrive(world, file, '0123456789')
  const url = await world.files.downloadUrl(file, soon())
  const part = await fetch(url, { headers: { range: 'bytes=2-4' } })
  expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10'])
  expect((await fetch(url, { headers: { range: 'bytes=20-' } })).status).toBe(416)
})

test.each(['text/html', 'image/svg+xml', 'application/javascript', 'application/pdf', 'application/xhtml+xml'])(
  'what a browser could run is saved, not opened: %s',
  async (contentType) => {
    await using world = await openFilesWorld()
    const file = make(5, { contentType, fileName: 'a"b\u202e.html' })
    await arrive(world, file)
    const { headers } = await fetch(await world.files.downloadUrl(file, soon()))
    expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a%22b%E2%80%AE.html")
  },
)

describe('An address', () => {
  test('is for one file and one use, and ends at its instant; no answer says whether a file exists', async () => {
    await using world = await openFilesWorld()
    const [file, other] = [make(5), make(5)]
    const upload = await arrive(world, file)
    await world.files.beginUpload(other, soon())
    const download = await world.files.downloadUrl(file, soon())
    const answers: number[] = []
    const ask = async (url: string, init?: RequestInit) => answers.push((await fetch(url, init)).status)
    await ask(download.replace(file.key, other.key))
    await ask(download.replace(file.key, v7()))
    await ask(download.split('?')[0]!)
    await ask(download.slice(0, -2))
    await ask(`${world.base}/files/../files/${file.key}`)
    await ask(`${world.base}/files/${file.key}.json?${download.split('?')[1]}`)
    expect(answers).toEqual(answers.map(() => 403))
    expect((await fetch(upload.url)).status).toBe(405)
    expect((await fetch(download, { method: 'PATCH', headers: upload.headers, body: 'hello' })).status).toBe(405)
    for (const method of ['DELETE', 'POST', 'PUT']) {
      expect((await fetch(upload.url, { method, headers: { 'tus-resumable': '1.0.0' } })).status).toBe(405)
    }
    world.clock.aheadMs = 61_000
    expect((await fetch(download)).status).toBe(403)
    expect((await sendFile(upload, 'hello')).status).toBe(403)
  })

  test('of a secret that was replaced works until it ends', () => {
    const clock = { now: () => Date.now() }
    const path = makeGrants([SECRET], clock).pathOf(v7(), { use: 'upload', until: Date.now() + 1_000 })
    const next = 'another secret of the tests, as long as that'
    expect(makeGrants([next, SECRET], clock).read(path)).not.toBeNull()
    expect(makeGrants([next], clock).read(path)).toBeNull()
  })
})

test('removed files are gone, with everything beside them', async () => {
  await using world = await openFilesWorld()
  const file = make(5)
  await arrive(world, file)
  await world.files.beginUpload(file, soon())
  const url = await world.files.downloadUrl(file, soon())
  await world.files.remove([file.key, v7()])
  expect(readdirSync(world.folder)).toEqual([])
  expect((await fetch(url)).status).toBe(404)
  expect(await world.files.isComplete(file)).toBe(false)
})

test('a page of an allowed origin may send and read, others may not', async () => {
  await using world = await openFilesWorld()
  const file = make(5)
  const { url } = await world.files.beginUpload(file, soon())
  const allowed = async (origin: string) => {
    const { headers } = await fetch(url, { method: 'OPTIONS', headers: { origin } })
    return headers.get('access-control-allow-origin')
  }
  expect(await allowed('https://app.example.org')).toBe('https://app.example.org')
  expect(await allowed('https://other.example.org')).toBeNull()
  const answer = await sendFile(await world.files.beginUpload(file, soon()), 'hello', {
    origin: 'https://app.example.org',
  })
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.org')
  const other = await fetch(url, {
    method: 'HEAD',
    headers: { origin: 'https://x.example.org', 'tus-resumable': '1.0.0' },
  })
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
})

test('one network has so many transfers at a time, and who stands still is cut off', async () => {
  await using world = await openFilesWorld({ limits: { transfersPerAddress: 2, idleMs: 200 } })
  const file = make(10)
  const { url, headers } = await world.files.beginUpload(file, soon())
  const hung = [1, 2].map(() => {
    const request = httpRequest(url, { method: 'PATCH', headers: { ...headers, 'content-length': '10' } })
    const closed = new Promise((resolve) => request.on('error', resolve).on('close', resolve))
    request.write('a')
    return closed
  })
  const other = await world.files.beginUpload(make(10), soon())
  const probe = (from: string) =>
    fetch(other.url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0', 'x-from': from } })
  await eventually(async () => expect((await probe('one')).status).toBe(429))
  expect((await probe('two')).status).toBe(200)
  await Promise.all(hung)
  await eventually(async () => expect((await probe('one')).status).toBe(200))
})

test('a full disk is said so without a path of the machine', async () => {
  await using world = await openFilesWorld()
  const file = make(5)
  const upload = await world.files.beginUpload(file, soon())
  rmSync(join(world.folder, `${file.key}.upload`))
  symlinkSync('/dev/full', join(world.folder, `${file.key}.upload`))
  const answer = await sendFile(upload, 'hello')
  expect(answer.status).toBe(500)
  expect(await answer.text()).toBe('The file could not be written: try again.\n')
})
