import { randomBytes } from 'node:crypto'
import { makeSessionKeys } from '../../platform/sessions/keys.ts'

/** The ring of all sessions in tests of one process. */
export const sessionKeys = makeSessionKeys(`test:${randomBytes(32).toString('base64')}`)
