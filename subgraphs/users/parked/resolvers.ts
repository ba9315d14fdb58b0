import { badInput } from '../../errors.ts'
import { connection, malformedCursor, parsePage } from '../../page.ts'
import { requireAdmin } from '../../viewer.ts'
import { parsePosition } from '../../../platform/eventlog/position.ts'
import type { MutationResolvers, ParkedEventResult, QueryResolvers } from '../generated/resolvers.ts'
import { recordSecurityEvent } from '../security-log/store.ts'
import type { ParkedEvents, ParkedPorts } from './ports.ts'

/** Maximum events of one page, and of one call that replays or drops: each is a transaction. */
const MAX_AT_ONCE = 100
/** Maximum characters of a filter's text. */
const MAX_FILTER = 200

export const parkedEvents: Required<QueryResolvers<ParkedPorts>>['parkedEvents'] = async (
  _,
  args,
  { identity, parkedEvents },
) => {
  requireAdmin(identity, 'operations:read')
  const page = parsePage(args, MAX_AT_ONCE)
  const after = page.after === null ? null : parsePosition(page.after)
  if (page.after !== null && after === null) throw malformedCursor()
  const rows = await parkedEvents.find({
    kind: textOf('kind', args.filter?.kind),
    reason: textOf('reason', args.filter?.reason),
    after,
    limit: page.limit + 1,
  })
  return connection(rows, page, ({ id }) => id)
}

export const replayParkedEvents: Required<MutationResolvers<ParkedPorts>>['replayParkedEvents'] = async (
  _,
  { input },
  ports,
) => ({ results: await act(ports, input.ids, 'replay', 'EVENT_REPLAYED') })

export const dropParkedEvents: Required<MutationResolvers<ParkedPorts>>['dropParkedEvents'] = async (
  _,
  { input },
  ports,
) => ({ results: await act(ports, input.ids, 'drop', 'EVENT_DROPPED') })

/** One after the other, in the order of the ids: so events of one conversation keep theirs. */
async function act(
  { identity, clientNetwork, clock, parkedEvents }: ParkedPorts,
  ids: readonly string[],
  what: keyof Pick<ParkedEvents, 'replay' | 'drop'>,
  kind: 'EVENT_REPLAYED' | 'EVENT_DROPPED',
): Promise<ParkedEventResult[]> {
  const { adminId } = requireAdmin(identity, 'operations:write')
  if (ids.length < 1 || ids.length > MAX_AT_ONCE)
    throw badInput('ids', `\`ids\` must name 1 to ${MAX_AT_ONCE} parked events, not ${ids.length}.`)
  const results: ParkedEventResult[] = []
  for (const id of ids) {
    const outcome = await parkedEvents[what](id, (sql, event) =>
      recordSecurityEvent(sql, {
        kind,
        at: new Date(clock.now()),
        actor: { kind: 'ADMIN', id: adminId },
        clientNetwork,
        detail: { note: `${event.kind} at ${event.id}` },
      }),
    )
    results.push({ id, outcome })
  }
  return results
}

function textOf(field: 'kind' | 'reason', text: string | null | undefined): string | null {
  if (text == null) return null
  if (text === '' || text.length > MAX_FILTER || text.includes('\0'))
    throw badInput(field, `\`${field}\` must be a text of 1 to ${MAX_FILTER} characters, or be left out for all.`)
  return text
}
