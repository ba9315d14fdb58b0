import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'

/** Files are served below this path. */
export const FILES_PATH = '/files/'

/** What the holder of an address may do. */
export type Grant =
  | { readonly use: 'upload'; readonly until: number }
  | { readonly use: 'download'; readonly until: number; readonly contentType: string; readonly fileName: string | null }

export interface Grants {
  /** The path and query that carry the grant. */
  pathOf(key: string, grant: Grant): string
  /** Null for a request without a valid grant of ours, or with one that has ended. */
  read(target: string): { readonly key: string; readonly grant: Grant } | null
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Longer ones are not looked at: a file name has at most 255 characters, each up to twelve in JSON and base64. */
const MAX_GRANT = 8_000

/** The first secret signs; all are accepted. Each is at least 32 characters, shared by all processes. */
export function makeGrants(secrets: readonly string[], clock: Clock): Grants {
  // A key of its own: no signature of another kind can be taken for a grant.
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'parley file grants', 32)))
  const signatures = (text: string) => keys.map((key) => createHmac('sha256', key).update(text).digest())
  return {
    pathOf(key, grant) {
      const content = Buffer.from(JSON.stringify(grant)).toString('base64url')
      const [signature] = signatures(`${key}.${content}`)
      return `${FILES_PATH}${key}?grant=${content}.${signature?.toString('base64url')}`
    },
    read(target) {
      if (target.length > MAX_GRANT || !target.startsWith(FILES_PATH)) return null
      const [key = '', query = ''] = target.slice(FILES_PATH.length).split('?')
      const [content = '', signature = ''] = (new URLSearchParams(query).get('grant') ?? '').split('.')
      const given = Buffer.from(signature, 'base64url')
      const isOurs = signatures(`${key}.${content}`).some(
        (one) => one.length === given.length && timingSafeEqual(one, given),
      )
      if (!UUID.test(key) || !isOurs) return null
      const grant = JSON.parse(Buffer.from(content, 'base64url').toString()) as Grant // signed by us
      return grant.until > clock.now() ? { key, grant } : null
    },
  }
}
