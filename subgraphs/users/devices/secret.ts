import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a device keeps to prove that it is that device: 32 random bytes as base64url. */
export const newDeviceSecret = (): string => randomBytes(32).toString('base64url')

export const hashDeviceSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** In constant time. */
export function isDeviceSecret(hash: Buffer, secret: string): boolean {
  return timingSafeEqual(hash, hashDeviceSecret(secret))
}
