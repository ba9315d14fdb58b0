import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { sendFile } from '../../test/support/files.ts'
import { s3Account, s3Missing, startS3 } from '../../test/support/s3.ts'
import { systemClock } from '../clock/clock.ts'
import { isUnavailable } from '../unavailable.ts'
import type { FileStore, StoredFile } from './files.ts'
import { openS3Files } from './s3.ts'

const missing = s3Missing()
if (missing !== null && process.env['CI']) throw new Error(missing)
const describeS3 = missing === null ? describe : describe.skip

const inAnHour = () => new Date(Date.now() + 3_600_000)

describeS3(`Files in a bucket${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-s3-'))
  let bucket: Awaited<ReturnType<typeof startS3>>
  let files: FileStore
  beforeAll(async () => {
    bucket = await startS3(folder)
    files = openS3Files({ url: bucket.url, ...s3Account(), clock: systemClock })
  }, 240_000)
  afterAll(async () => {
    await bucket[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  const make = (bytes: number): StoredFile => ({ key: v7(), bytes, contentType: 'image/png', fileName: 'Café (1).png' })

  test('come by a presigned address, and go out by another, under their name and type', async () => {
    const file = make(5)
    expect(await files.isComplete(file)).toBe(false)
    const upload = await files.beginUpload(file, inAnHour())
    expect(upload).toMatchObject({ method: 'PUT', resumable: false })
    expect((await sendFile(upload, 'hello')).status).toBe(200)
    expect(await files.isComplete(file)).toBe(true)
    const answer = await fetch(await files.downloadUrl(file, inAnHour()))
    expect(await answer.text()).toBe('hello')
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(answer.headers.get('content-disposition')).toBe("inline; filename*=UTF-8''Caf%C3%A9%20%281%29.png")
  })

  test('of another size or type, or at an address for another file, are refused by the bucket', async () => {
    const file = make(5)
    const upload = await files.beginUpload(file, inAnHour())
    expect((await sendFile(upload, 'longer than told')).status).toBe(403)
    expect((await sendFile(upload, 'hello', { 'content-type': 'text/html' })).status).toBe(403)
    expect((await sendFile({ ...upload, url: upload.url.replace(file.key, v7()) }, 'hello')).status).toBe(403)
    expect((await fetch((await files.downloadUrl(file, inAnHour())).replace(file.key, v7()))).status).toBe(403)
    expect(await files.isComplete(file)).toBe(false)
  })

  test('that are complete stay what they are: the address of the upload changes them no more', async () => {
    const file = make(5)
    const upload = await files.beginUpload(file, inAnHour())
    await sendFile(upload, 'first')
    expect(await files.isComplete(file)).toBe(true)
    await sendFile(upload, 'other')
    // Also for a process that did not know yet that the file is complete.
    expect(await files.isComplete(file)).toBe(true)
    expect(await (await fetch(await files.downloadUrl(file, inAnHour()))).text()).toBe('first')
  })

  test('can be removed, in whatever state they are, and more than once', async () => {
    const [whole, begun, absent] = [make(5), make(5), make(5)]
    await sendFile(await files.beginUpload(whole, inAnHour()), 'hello')
    expect(await files.isComplete(whole)).toBe(true)
    await sendFile(await files.beginUpload(begun, inAnHour()), 'hello')
    const keys = [whole, begun, absent].map(({ key }) => key)
    await files.remove(keys)
    await files.remove(keys)
    expect(await Promise.all([whole, begun, absent].map((file) => files.isComplete(file)))).toEqual([
      false,
      false,
      false,
    ])
    expect((await fetch(await files.downloadUrl(whole, inAnHour()))).status).toBe(404)
  })

  test('have addresses that end, and a bucket that is away is unavailable, not empty', async () => {
    const file = make(5)
    const { url } = await files.beginUpload(file, inAnHour())
    expect(Number(new URL(url).searchParams.get('X-Amz-Expires'))).toBeGreaterThan(3_590)
    expect(Number(new URL(url).searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(3_600)
    const away = openS3Files({ url: 'http://127.0.0.1:9/parley', ...s3Account(), clock: systemClock })
    const error: unknown = await away.isComplete(file).catch((one: unknown) => one)
    expect(isUnavailable(error)).toBe(true)
    const wrong = openS3Files({
      url: bucket.url,
      ...s3Account(),
      secretAccessKey: 'another-secret',
      clock: systemClock,
    })
    await expect(wrong.isComplete(file)).rejects.toThrow('The store of files is down.')
  })
})
