import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Address, Code } from './input.ts'

/** A one-time password as it is stored. The salt makes two rows with the same code differ. */
export interface SealedCode {
  readonly salt: Buffer
  readonly hash: Buffer
}

/** Every code is equally likely. */
export const newCode = (digits: number): string =>
  randomInt(0, 10 ** digits)
    .toString()
    .padStart(digits, '0')

export function sealCode(address: Address, code: string, salt: Buffer = randomBytes(16)): SealedCode {
  return { salt, hash: createHmac('sha256', salt).update(`${address}\n${code}`).digest() }
}

/** Compares in constant time. */
export function opensCode(sealed: SealedCode, address: Address, code: Code): boolean {
  return timingSafeEqual(sealed.hash, sealCode(address, code, sealed.salt).hash)
}
