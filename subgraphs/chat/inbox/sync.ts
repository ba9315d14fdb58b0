import { parsePage } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import type { QueryResolvers, ResolversTypes } from '../generated/resolvers.ts'
import { MAX_PAGE } from '../limits.ts'
import type { InboxPorts } from './ports.ts'
import { showItem } from './show.ts'

export const sync: Required<QueryResolvers<InboxPorts>>['sync'] = async (
  _,
  { first, after },
  { identity, node, signal },
) => {
  const viewer = requireUser(identity)
  const { limit } = parsePage({ first }, MAX_PAGE)
  const { items, cursor, hasMore } = await node.readPage({
    viewer,
    after: after ?? null,
    limit,
    ...(signal && { signal }),
  })
  return { events: items.map((item) => showItem(item, viewer) as ResolversTypes['InboxEvent']), cursor, hasMore }
}
