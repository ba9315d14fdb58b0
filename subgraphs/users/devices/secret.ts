import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The secret by which a device proves its identity: 32 random bytes as base64url. */
export const newDeviceSecret = (): string => randomBytes(32).toString('base64url')

export const hashDeviceSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** Compares in constant time. */
export function isDeviceSecret(hash: Buffer, secret: string): boolean {
  return timingSafeEqual(hash, hashDeviceSecret(secret))
}
