import { connection, malformedCursor, parsePage } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'
import type { PushLogPorts } from './ports.ts'
import { findPushDecisions, type Place } from './store.ts'

/** Maximum decisions of one page. */
const MAX_PAGE = 100

export const pushDecisions: Required<QueryResolvers<PushLogPorts>>['pushDecisions'] = async (
  _,
  args,
  { identity, database },
) => {
  const { userId } = requireUser(identity)
  const page = parsePage(args, MAX_PAGE)
  const rows = await findPushDecisions(
    database,
    userId,
    page.after === null ? null : placeOf(page.after),
    page.limit + 1,
  )
  return connection(rows, page, ({ micros, deviceId, event }) => `${micros} ${deviceId} ${event}`)
}

function placeOf(key: string): Place {
  const [, micros, deviceId, event] = /^(\d{1,18}) (\S{1,100}) (\S{1,100})$/.exec(key) ?? []
  if (micros === undefined || deviceId === undefined || event === undefined) throw malformedCursor()
  return { micros, deviceId, event }
}
