import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { PublicError } from '../../errors.ts'

/**
 * The cost of scrypt, by OWASP's recommendation: 32 MB and some 100 ms for each guess. Stored with each hash, so that
 * it can be raised: a hash of another cost is replaced at the next sign-in.
 */
const COST = { ln: 15, r: 8, p: 3 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32
const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/

interface Cost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** Hashes at once: each takes 32 MB and a thread of the four that the process has for files and names too. */
const MAX_RUNNING = 2
/** Hashes that wait. Beyond it: RATE_LIMITED, so that a flood fills neither memory nor time. */
const MAX_WAITING = 20

let running = 0
const waiting: (() => void)[] = []

async function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  if (running >= MAX_RUNNING) {
    if (waiting.length >= MAX_WAITING) {
      throw new PublicError('RATE_LIMITED', 'Too many admins sign in at the moment: try again.', {
        retryAfterMs: 2_000,
      })
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running++
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const options = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r }
      scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, hash) =>
        error ? reject(error) : resolve(hash),
      )
    })
  } finally {
    running--
    waiting.shift()?.()
  }
}

const format = ({ ln, r, p }: Cost, salt: Buffer, hash: Buffer): string =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return format(COST, salt, await derive(password, salt, COST))
}

/** Nobody's password. It is checked for unknown e-mail addresses, which so take as long as known ones. */
const NOBODYS = format(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES))

/** `null` as the hash is never right. `outdated`: the hash was made with another cost. */
export async function checkPassword(
  stored: string | null,
  password: string,
): Promise<{ readonly right: boolean; readonly outdated: boolean }> {
  const [, ln, r, p, salt = '', hash = ''] = FORMAT.exec(stored ?? NOBODYS) ?? []
  if (ln === undefined) throw new Error('The hash of an admin’s password has an unknown format.')
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost)
  const expected = Buffer.from(hash, 'base64url')
  const right = expected.length === derived.length && timingSafeEqual(expected, derived)
  const outdated = cost.ln !== COST.ln || cost.r !== COST.r || cost.p !== COST.p
  return { right: right && stored !== null, outdated }
}

/** 144 random bits, for a person to keep in a password manager. */
export const newPassword = (): string => randomBytes(18).toString('base64url')
