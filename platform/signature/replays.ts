import type { Clock } from '../clock/clock.ts'

/**
 * How far a request's number may be behind the newest of its signer: a gateway's calls overtake each other, and one
 * that waited for a connection comes late. At 10,000 calls a second to one subgraph this is 26 seconds, and a gateway
 * cancels a call after 10. A later request is refused. It takes 32 KB for each signer.
 */
const WINDOW = 262_144

/**
 * Maximum signers: the gateway processes of the last two minutes, because a signature of an older one is stale. Only
 * the holder of the secret can be a signer, so this stops an accident (gateways that restart in a loop) from filling
 * the process. Beyond it a new signer is refused.
 */
const MAX_SIGNERS = 1_000

interface Signer {
  highest: number
  /** One bit for each of the last `WINDOW` numbers. */
  readonly seen: Uint8Array
  lastMs: number
}

/** True once for each number of a signer. Must only be called after the signature was verified. */
export type TakeNumber = (signer: string, number: number) => boolean

/**
 * Remembers accepted requests in bounded memory, by numbers instead of a set of nonces, as in IPsec (RFC 4303, 3.4.3).
 * `keepMs` is the maximum validity of a signature.
 */
export function makeTakeNumber(clock: Clock, keepMs: number): TakeNumber {
  const signers = new Map<string, Signer>()

  const open = (name: string): Signer | null => {
    const oldest = clock.now() - keepMs
    for (const [known, { lastMs }] of signers) if (lastMs < oldest) signers.delete(known)
    if (signers.size >= MAX_SIGNERS) return null
    const signer = { highest: 0, seen: new Uint8Array(WINDOW / 8), lastMs: 0 }
    signers.set(name, signer)
    return signer
  }

  return (name, number) => {
    const signer = signers.get(name) ?? open(name)
    if (!signer || number <= signer.highest - WINDOW) return false
    signer.lastMs = clock.now()
    const { seen } = signer
    if (number - signer.highest >= WINDOW) seen.fill(0)
    else for (let skipped = signer.highest + 1; skipped < number; skipped++) clear(seen, skipped)
    const at = (number % WINDOW) >> 3
    const bit = 1 << (number & 7)
    const before = seen[at] ?? 0
    if (number <= signer.highest && (before & bit) !== 0) return false
    signer.highest = Math.max(signer.highest, number)
    seen[at] = before | bit
    return true
  }
}

function clear(seen: Uint8Array, number: number): void {
  const at = (number % WINDOW) >> 3
  seen[at] = (seen[at] ?? 0) & ~(1 << (number & 7))
}
