import { badInput } from '../../errors.ts'
import { parseLine, type Valid } from '../../parse.ts'
import type { SuspendUserInput } from '../generated/resolvers.ts'
import { MAX_REASON } from '../limits.ts'

export type NewSuspension = Valid<'suspension', { readonly reason: string; readonly until: Date | null }>

export function parseSuspension(input: SuspendUserInput, now: Date): NewSuspension {
  const until = input.until ?? null
  if (until !== null && until <= now) throw badInput('until', '`until` must be in the future.')
  // The only maker of NewSuspension.
  return { reason: parseLine('reason', input.reason, MAX_REASON), until } as NewSuspension
}
