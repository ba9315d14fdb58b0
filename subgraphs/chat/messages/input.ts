import { badInput } from '../../errors.ts'
import { decodePageCursor, malformedCursor } from '../../page.ts'
import { MAX_PAGE } from '../limits.ts'

const MAX_TEXT = 10_000
const MAX_CLIENT_MESSAGE_ID = 100
const DEFAULT_MESSAGES = 20

/** Lone surrogates are not valid text: PostgreSQL and MongoDB refuse or change them. */
const LONE_SURROGATE = /\p{Cs}/u
/** Control characters except line feed and tab: they confuse terminals and logs, and PostgreSQL refuses NUL. */
const CONTROL = /[^\P{Cc}\n\t]/u
/** A text of white space and invisible characters only: such a message would look empty. */
const BLANK = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u

/** The checked input of a send. Only `parseNewMessage` makes it. */
export interface NewMessage {
  readonly clientMessageId: string
  readonly text: string
}

export function parseNewMessage(input: { readonly clientMessageId: string; readonly text: string }): NewMessage {
  const { clientMessageId, text } = input
  checkText('clientMessageId', clientMessageId, MAX_CLIENT_MESSAGE_ID)
  checkText('text', text, MAX_TEXT)
  if (/[\n\t]/.test(clientMessageId)) throw badInput('clientMessageId', '`clientMessageId` must be a single line.')
  return { clientMessageId, text }
}

function checkText(argument: string, text: string, max: number): void {
  // The limit is in code points, each of which has one or two UTF-16 units. The cheap check comes first.
  if (text.length > 2 * max || [...text].length > max) {
    throw badInput(argument, `\`${argument}\` is longer than ${max} characters.`)
  }
  if (LONE_SURROGATE.test(text)) throw badInput(argument, `\`${argument}\` is not well-formed Unicode.`)
  if (CONTROL.test(text))
    throw badInput(argument, `\`${argument}\` has a control character other than line feed or tab.`)
  if (BLANK.test(text)) throw badInput(argument, `\`${argument}\` must have a visible character.`)
}

/**
 * The requested messages: sequences above `after` and below `before`, at most `limit` of them, counted from one end.
 */
export interface MessagePage {
  readonly after: number
  readonly before: number
  readonly limit: number
  readonly from: 'start' | 'end'
}

interface MessagePageArgs {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

export function parseMessagePage({ first, after, last, before }: MessagePageArgs): MessagePage {
  if (first != null && last != null) throw badInput('last', 'Ask for `first` or for `last`, not for both.')
  // `after` alone means forwards: a page from the end would skip the messages that follow the cursor.
  const forwards = first != null || (last == null && after != null && before == null)
  const limit = first ?? last ?? DEFAULT_MESSAGES
  if (limit < 1 || limit > MAX_PAGE) {
    throw badInput(
      forwards ? 'first' : 'last',
      `\`${forwards ? 'first' : 'last'}\` must be 1 to ${MAX_PAGE}, not ${limit}.`,
    )
  }
  return {
    after: after == null ? 0 : parseSequence(after),
    before: before == null ? Number.MAX_SAFE_INTEGER : parseSequence(before),
    limit,
    from: forwards ? 'start' : 'end',
  }
}

function parseSequence(cursor: string): number {
  const key = decodePageCursor(cursor)
  if (!/^(0|[1-9]\d{0,9})$/.test(key)) throw malformedCursor()
  return Number(key)
}
