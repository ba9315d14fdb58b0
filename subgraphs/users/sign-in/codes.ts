import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Address, Code } from './input.ts'

/** A one-time password as it is kept. The salt keeps two rows with the same code from looking alike. */
export interface SealedCode {
  readonly salt: Buffer
  readonly hash: Buffer
}

/** Each code as likely as any other. */
export const newCode = (digits: number): string =>
  randomInt(0, 10 ** digits)
    .toString()
    .padStart(digits, '0')

export function sealCode(address: Address, code: string, salt: Buffer = randomBytes(16)): SealedCode {
  return { salt, hash: createHmac('sha256', salt).update(`${address}\n${code}`).digest() }
}

/** In constant time. */
export function opensCode(sealed: SealedCode, address: Address, code: Code): boolean {
  return timingSafeEqual(sealed.hash, sealCode(address, code, sealed.salt).hash)
}
