import { PUSH_QUEUE, PUSH_SHARDS, startPush } from '../delivery/index.ts'
import { dropDeadPushToken } from '../subgraphs/users/index.ts'
import { makeMeter } from './meter.ts'
import type { Role } from './role.ts'

/** Sends the pushes that delivery decided on. */
export const push: Role = {
  name: 'push',
  needs: ['queue'],
  checks: ({ queue }) => ({ queue: () => queue.declare(PUSH_QUEUE, PUSH_SHARDS) }),
  async start({ platform: { queue, push: sender, database, log, metrics } }) {
    return startPush({
      queue,
      sender,
      database,
      dropToken: (deviceId, token) => dropDeadPushToken(database, deviceId, token),
      log: log.with({ role: 'push' }),
      meter: makeMeter(metrics),
    })
  },
}
