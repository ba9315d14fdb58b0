import type { Connection } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import { projectMessage, type VisibleMessage } from './events.ts'
import type { MessagesPorts } from './ports.ts'

/** The messages of a page of rows that the viewer may see. */
export async function showPage(
  { edges, pageInfo }: Connection<{ readonly id: string }>,
  { identity, knownMessages }: Pick<MessagesPorts, 'identity' | 'knownMessages'>,
): Promise<Connection<VisibleMessage>> {
  const { userId } = requireUser(identity)
  const rows = await Promise.all(edges.map(({ node }) => knownMessages.load(node.id)))
  return {
    pageInfo,
    edges: edges.flatMap(({ cursor }, at) => {
      const row = rows[at]
      return row ? [{ cursor, node: projectMessage(row, userId) }] : []
    }),
  }
}
