import { types } from 'node:util'
import { isOutageError } from '../unavailable.ts'

/**
 * Limits on facts, which are for people: deeper, longer and further values are cut, so that no line grows without
 * bound.
 */
const MAX_DEPTH = 8
const MAX_ITEMS = 100
const MAX_TEXT = 8_192

const HIDDEN = '[redacted]'

/** Matched without case, `-` and `_`: `X-Signature`, `serverHMACKey`, `refresh_token`, `otpCode`. */
const SECRET_NAME =
  /authorization|cookie|signature|hmackey|token|password|passwd|passphrase|secret|credential|apikey|privatekey|^otp|^code$|^pin$|^key$|^auth$|sessionkeys|sealedkey/
const isSecretName = (key: string) => SECRET_NAME.test(key.replace(/[-_]/g, '').toLowerCase())

/** Masks a URL's password, a header's credentials and secrets in a query: texts contain them too, especially errors. */
const maskText = (text: string) =>
  text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/]+@/gi, '$1:***@')
    .replace(/\b(authorization["']?\s*[:=]\s*["']?\w+)\s+[^\s"',]+/gi, '$1 ***')
    .replace(/\b(Bearer)\s+[\w.~+/=-]{12,}/gi, '$1 ***')
    .replace(/([?&][\w-]*(?:token|password|secret|signature|code|key)=)[^&\s"']+/gi, '$1***')

const cutText = (text: string) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length})` : text)

/**
 * Masks before the final cut, because a secret that was cut in the middle is not recognised. The first cut bounds the
 * work on huge texts.
 */
export const redactText = (text: string) => cutText(maskText(text.slice(0, 4 * MAX_TEXT)))

/** Makes a plain copy without secrets. Safe for any value: cycles, throwing getters, nested errors, buffers. */
export function redact(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return redactText(value)
    case 'bigint':
      return String(value)
    case 'function':
    case 'symbol':
      return `[${typeof value}]`
    case 'object':
      if (value === null) return null
      try {
        return redactObject(value, depth)
      } catch {
        return '[unreadable]' // a getter or toJSON threw
      }
    default:
      return value
  }
}

function redactObject(value: object, depth: number): unknown {
  if (depth >= MAX_DEPTH) return '[deeper]'
  if (value instanceof Error || types.isNativeError(value)) return redactError(value, depth)
  // Bytes are often keys and tokens.
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1))
    return value.length > MAX_ITEMS ? [...items, `… (${value.length})`] : items
  }
  if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return redact(toJSON.call(value), depth + 1)
  return redactFields(value, depth)
}

export function redactFields(value: object, depth = 0): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value).slice(0, MAX_ITEMS)) {
    const shown = field === null || field === undefined || typeof field === 'boolean'
    fields[key] = !shown && isSecretName(key) ? HIDDEN : redact(field, depth + 1)
  }
  return fields
}

/** Keeps only the error's place and reason: drivers attach whole requests, with their secrets, to their errors. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  return {
    name: redactText(String(error.name)),
    message: redactText(String(error.message)),
    // An outage is no fault of the code: its name and message suffice, and there are many such lines.
    ...(!isOutageError(error) && { stack: redactText(String(error.stack)) }),
    ...(isErrorCode(code) && { code }),
    ...(cause !== undefined && { cause: redact(cause, depth + 1) }),
    ...(Array.isArray(errors) && { errors: redact(errors, depth + 1) }),
  }
}

/** ECONNREFUSED, 23505 of SQL, 406 of AMQP; never six digits, which may be a one-time password. */
const isErrorCode = (code: unknown) =>
  typeof code === 'number' ? code < 100_000 : typeof code === 'string' && /^([A-Z][A-Z0-9_]*|[0-9A-Z]{5})$/.test(code)
