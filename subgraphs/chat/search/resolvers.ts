import { badInput, notFound } from '../../errors.ts'
import { connection, malformedCursor, parsePage } from '../../page.ts'
import { parseId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'
import { MAX_PAGE } from '../limits.ts'
import { showPage } from '../messages/show.ts'
import { checkText } from '../messages/text.ts'
import type { SearchPorts } from './ports.ts'
import { findTerms, searchMessages as search } from './store.ts'

/** Maximum characters of what is searched for. It bounds how many words one look compares. */
const MAX_QUERY = 200

export const searchMessages: Required<QueryResolvers<SearchPorts>>['searchMessages'] = async (_, args, ports) => {
  const { database, conversations } = ports
  const { userId } = requireUser(ports.identity)
  const page = parsePage(args, MAX_PAGE)
  const before = page.after === null ? null : parseId(page.after)
  if (page.after !== null && before === null) throw malformedCursor()
  checkText('query', args.query, MAX_QUERY)
  const terms = await findTerms(database, ports.searchLanguage, args.query)
  if (terms === null) throw badInput('query', '`query` must have a word that is to be found, beside those after a `-`.')
  let conversationId: string | null = null
  if (args.conversationId != null) {
    conversationId = (await conversations.load(args.conversationId))?.id ?? null
    if (conversationId === null) throw notFound('conversation', args.conversationId)
  }
  const rows = await search(database, userId, { terms, conversationId, before, limit: page.limit + 1 })
  return showPage(
    connection(rows, page, ({ id }) => id),
    ports,
  )
}
