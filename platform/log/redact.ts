import { types } from 'node:util'
import { saysAway } from '../unavailable.ts'

/** Facts are for people: what is deeper, longer or more than this is cut, so that no line grows without bound. */
const MAX_DEPTH = 8
const MAX_ITEMS = 100
const MAX_TEXT = 8_192

const HIDDEN = '[redacted]'

/** Compared without case, `-` and `_`: `X-Signature`, `serverHMACKey`, `refresh_token`, `otpCode`. */
const SECRET_NAME =
  /authorization|cookie|signature|hmackey|token|password|passwd|passphrase|secret|credential|apikey|privatekey|^otp|^code$|^pin$|^key$/
const isSecretName = (key: string) => SECRET_NAME.test(key.replace(/[-_]/g, '').toLowerCase())

/** The password of a URL, credentials of a header, secrets in a query: texts carry them too, in errors above all. */
const maskText = (text: string) =>
  text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/]+@/gi, '$1:***@')
    .replace(/\b(authorization["']?\s*[:=]\s*["']?\w+)\s+[^\s"',]+/gi, '$1 ***')
    .replace(/\b(Bearer)\s+[\w.~+/=-]{12,}/gi, '$1 ***')
    .replace(/([?&][\w-]*(?:token|password|secret|signature|code|key)=)[^&\s"']+/gi, '$1***')

const cutText = (text: string) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length})` : text)

/** Mask first: what is cut in the middle of a secret would not be recognised any more. Cut twice, against huge texts. */
export const redactText = (text: string) => cutText(maskText(text.slice(0, 4 * MAX_TEXT)))

/** A plain copy without secrets. Safe for anything: cycles, getters that throw, errors within errors, buffers. */
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
        return '[unreadable]' // a getter or toJSON of its own threw
      }
    default:
      return value
  }
}

function redactObject(value: object, depth: number): unknown {
  if (depth >= MAX_DEPTH) return '[deeper]'
  if (value instanceof Error || types.isNativeError(value)) return redactError(value, depth)
  // Bytes are keys and tokens as often as not.
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

/** What says where and why, and nothing else: drivers hang whole requests, with their secrets, on their errors. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  return {
    name: redactText(String(error.name)),
    message: redactText(String(error.message)),
    // A service that is away is no fault of the code: its name and message say all, and there are many such lines.
    ...(!saysAway(error) && { stack: redactText(String(error.stack)) }),
    ...(isErrorCode(code) && { code }),
    ...(cause !== undefined && { cause: redact(cause, depth + 1) }),
    ...(Array.isArray(errors) && { errors: redact(errors, depth + 1) }),
  }
}

/** ECONNREFUSED, 23505 of SQL, 406 of AMQP: never six digits, which might be a person's one-time password. */
const isErrorCode = (code: unknown) =>
  typeof code === 'number' ? code < 100_000 : typeof code === 'string' && /^([A-Z][A-Z0-9_]*|[0-9A-Z]{5})$/.test(code)
