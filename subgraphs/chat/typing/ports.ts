import type { Identity } from '../../../platform/signature/identity.ts'
import type { Typing } from './typing.ts'

/** What the resolvers of this topic get. */
export interface TypingPorts {
  readonly identity: Identity
  readonly typing: Typing
}
