import { badInput } from '../../errors.ts'
import { malformedCursor, parsePage } from '../../page.ts'
import { parseId, parseLine } from '../../parse.ts'
import type { QueryAccountsArgs } from '../generated/resolvers.ts'
import { MAX_ACCOUNTS_PER_PAGE, MAX_NAME, MAX_REASON } from '../limits.ts'
import { isAddress } from '../sign-in/input.ts'
import type { AccountRange, AccountSearch } from './store.ts'

/** What a search for accounts asks for. */
export function parseAccountRange(args: QueryAccountsArgs) {
  const page = parsePage(args, MAX_ACCOUNTS_PER_PAGE)
  const after = page.after === null ? null : parseId(page.after)
  if (page.after !== null && after === null) throw malformedCursor()
  const { text, state, from, until } = args.filter ?? {}
  const range: AccountRange = {
    state: state ?? null,
    from: from ?? null,
    until: until ?? null,
    after,
    limit: page.limit + 1,
  }
  return { page, range, search: text == null ? null : parseSearch(text) }
}

function parseSearch(given: string): AccountSearch {
  const text = given.trim()
  if (text.length < 1 || text.length > MAX_NAME || text.includes('\0'))
    throw badInput('text', `\`text\` must have 1 to ${MAX_NAME} characters.`)
  const prefix = text.toLowerCase()
  return { id: parseId(text), address: isAddress(prefix) ? prefix : null, prefix }
}

export const parseReason = (text: string): string => parseLine('reason', text, MAX_REASON)
