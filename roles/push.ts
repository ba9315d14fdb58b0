import { PUSH_QUEUE, PUSH_SHARDS, startPush, startPushingAgain } from '../delivery/index.ts'
import { findBadges } from '../subgraphs/chat/index.ts'
import { dropDeadPushToken } from '../subgraphs/users/index.ts'
import { makeClosers } from './closers.ts'
import { kinds } from './event-kinds.ts'
import { makeMeter } from './meter.ts'
import type { Role } from './role.ts'

/** Sends the pushes that delivery decided on. */
export const push: Role = {
  name: 'push',
  needs: ['queue'],
  checks: ({ queue }) => ({ queue: () => queue.declare(PUSH_QUEUE, PUSH_SHARDS) }),
  async start({ platform: { queue, push: sender, pushLog: record, database, metrics, ...platform } }) {
    const log = platform.log.with({ role: 'push' })
    const closers = makeClosers()
    closers.use(
      startPush({
        queue,
        sender,
        database,
        record,
        kinds,
        findBadges,
        dropToken: (deviceId, token) => dropDeadPushToken(database, deviceId, token),
        log,
        meter: makeMeter(metrics),
      }),
    )
    closers.use(startPushingAgain({ database, queue, log }))
    return closers
  },
}
