import { AwsClient } from 'aws4fetch'
import type { Clock } from '../clock/clock.ts'
import { UnavailableError } from '../unavailable.ts'
import { dispositionOf, type FileStore, incomingName, type StoredFile } from './files.ts'

export interface S3FilesOptions {
  /** The bucket: `https://bucket.s3.region.amazonaws.com`, or `https://host:port/bucket` of another service. */
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly clock: Clock
}

/** Presigned addresses may live for a week at most. */
const MAX_SECONDS = 7 * 24 * 60 * 60
/** How long an answer of the bucket may take. */
const DEADLINE_MS = 5_000

/** Files in a bucket that speaks the S3 protocol. Clients send to it and read from it directly, by presigned addresses. */
export function openS3Files({ url, region, accessKeyId, secretAccessKey, clock }: S3FilesOptions): FileStore {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })
  const bucket = url.replace(/\/$/, '')
  const { pathname, hostname } = new URL(bucket)
  // The bucket's name is the path, or else the first label of its own host.
  const bucketPath = pathname === '/' ? `/${hostname.split('.')[0]}` : pathname
  const addressOf = (name: string) => new URL(`${bucket}/${name}`)

  const presign = async (method: 'GET' | 'PUT', address: URL, until: Date, headers: Record<string, string> = {}) => {
    const seconds = Math.min(Math.max(1, Math.ceil((until.getTime() - clock.now()) / 1_000)), MAX_SECONDS)
    address.searchParams.set('X-Amz-Expires', String(seconds))
    // All headers are signed: the bucket takes no other type, and no other size.
    const signed = await client.sign(address, { method, headers, aws: { signQuery: true, allHeaders: true } })
    return signed.url
  }

  const ask = async (method: 'HEAD' | 'DELETE' | 'PUT', name: string, headers: Record<string, string> = {}) => {
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS)
      const response = await client.fetch(addressOf(name), { method, headers, signal })
      await response.body?.cancel()
      // 412: what is to be copied is no longer what it was.
      if (response.ok || response.status === 404 || response.status === 412) return response
      throw new Error(`The bucket answered ${method} with ${response.status}.`)
    } catch (error) {
      throw new UnavailableError('The store of files is down.', { cause: error })
    }
  }
  /** The version of an object; null if there is none of that size. */
  const versionOf = async (name: string, bytes: number): Promise<string | null> => {
    const { ok, headers } = await ask('HEAD', name)
    return ok && headers.get('content-length') === String(bytes) ? headers.get('etag') : null
  }

  return {
    kind: 's3',
    async beginUpload({ key, bytes, contentType }, until) {
      const headers = { 'content-type': contentType }
      const sized = { ...headers, 'content-length': String(bytes) }
      // Clients set the length by the body; browsers let nobody else set it.
      const url = await presign('PUT', addressOf(incomingName(key)), until, sized)
      return { method: 'PUT', url, headers, resumable: false }
    },
    async isComplete({ key, bytes }) {
      // In this order: what was sent after another process had made the file is seen beside the file, or is not copied.
      const sent = await versionOf(incomingName(key), bytes)
      if ((await versionOf(key, bytes)) !== null) return true
      if (sent === null) return false
      // From here on the upload's address can change nothing: the file is the copy.
      const copied = await ask('PUT', key, {
        'x-amz-copy-source': `${bucketPath}/${incomingName(key)}`,
        'x-amz-copy-source-if-match': sent,
      })
      if (!copied.ok) return false
      await ask('DELETE', incomingName(key))
      return true
    },
    async downloadUrl(file: StoredFile, until) {
      const address = addressOf(file.key)
      address.searchParams.set('response-content-type', file.contentType)
      address.searchParams.set('response-content-disposition', dispositionOf(file))
      return presign('GET', address, until)
    },
    async remove(keys) {
      for (const key of keys) {
        await ask('DELETE', incomingName(key))
        await ask('DELETE', key)
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
