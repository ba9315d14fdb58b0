import { donePosition, PUSH_QUEUE, PUSH_SHARDS, startDelivery, startErasing } from '../delivery/index.ts'
import { keepFor, trim } from '../platform/eventlog/log.ts'
import { openLifeSign } from '../platform/sql/life-sign.ts'
import { finishWrites } from '../subgraphs/chat/index.ts'
import { makeClosers } from './closers.ts'
import { kinds, makeFinishWrites } from './event-kinds.ts'
import { makeMeter } from './meter.ts'
import type { Role } from './role.ts'

/** Interval at which events beyond the retention are deleted. */
const TRIM_EVERY_MS = 60 * 60_000

/** The role with the relay and the consumers. */
export const delivery: Role = {
  name: 'delivery',
  needs: ['messages', 'queue', 'bus', 'presence'],
  checks: ({ presence, queue }) => ({
    presence: () => presence.nodes(),
    queue: () => queue.declare(PUSH_QUEUE, PUSH_SHARDS),
  }),
  async start({ platform }) {
    const { database, eventLog, queue, bus, presence, clock, messages, config, alone } = platform
    const log = platform.log.with({ role: 'delivery' })
    const closers = makeClosers()
    // Without other processes nobody checks the life sign.
    const sign = alone ? null : closers.use(openLifeSign(platform.databaseUrl, log))
    closers.use(
      startDelivery(
        {
          ...(sign && { sign }),
          database,
          eventLog,
          queue,
          bus,
          presence,
          clock,
          meter: makeMeter(platform.metrics),
          log,
          kinds,
          finishWrites: makeFinishWrites(kinds, { messages: (events) => finishWrites(messages, events) }),
        },
        { answerMs: config.DELIVERY_ANSWER_MS, alone },
      ),
    )
    closers.use(startErasing({ database, log, meter: makeMeter(platform.metrics) }))
    try {
      await keepFor(database, config.EVENT_RETENTION_DAYS)
    } catch (error) {
      await closers[Symbol.asyncDispose]()
      throw error
    }
    const trimmer = setInterval(() => {
      donePosition(database, eventLog)
        .then((done) => trim(database, log, done))
        .catch((error: unknown) => log.warn('Old events could not be deleted', { error }))
    }, TRIM_EVERY_MS)
    closers.defer(() => clearInterval(trimmer))
    return closers
  },
}
