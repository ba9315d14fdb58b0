/**
 * The users room: people, their devices, one-time passwords and sessions.
 *
 * - A code is good once, for ten minutes and three tries; an address stands nine wrong tries in any 24 hours (limits.ts).
 * - A session is over when SQL says so. Cache and sockets are told afterwards, again and again until they were (announce.ts).
 * - Secrets leave once, in the answer that makes them. No error and no log line holds a code, a key or a device's secret.
 * - Of another person the display name is all that anybody sees.
 * - Others read the views `users.sessions`, `users.people` and `users.push_targets`; no other table or room is touched.
 *
 * May import: subgraphs/*.ts and the interfaces of platform/.
 */
import { readFileSync } from 'node:fs'
import { assetPath } from '../../platform/assets.ts'
import { startAnnouncer } from './announce.ts'
import { makeContext, type Context, type RequestFacts, type UsersDeps } from './context.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { resolvers } from './resolvers/index.ts'
import { startSweeper } from './sweep.ts'

export interface Users extends AsyncDisposable {
  readonly typeDefs: string
  readonly resolvers: Resolvers
  makeContext(request: RequestFacts): Context
}

/** Dispose it before its database, cache and bus: it tells them of revocations until then. */
export function makeUsers(deps: UsersDeps, options: { readonly announceRetryMs?: number } = {}): Users {
  const announcer = startAnnouncer(deps, options.announceRetryMs)
  const sweeper = startSweeper(deps)
  return {
    typeDefs: readFileSync(assetPath('schema/users.graphql'), 'utf8'),
    resolvers,
    makeContext: (request) => makeContext(deps, announcer, request),
    async [Symbol.asyncDispose]() {
      await Promise.all([announcer[Symbol.asyncDispose](), sweeper[Symbol.asyncDispose]()])
    },
  }
}
