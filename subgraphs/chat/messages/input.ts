import { badInput, mentionsNoMember, notFound } from '../../errors.ts'
import { decodePageCursor, malformedCursor } from '../../page.ts'
import { parseId } from '../../parse.ts'
import { MAX_PAGE } from '../limits.ts'
import type { Mentions, MessageBody, MessageType } from './body.ts'
import { parseContent } from './content.ts'
import { checkText } from './text.ts'

const MAX_CLIENT_MESSAGE_ID = 100
const DEFAULT_MESSAGES = 20
/**
 * Maximum users that one message mentions. Each mention is a row and a line in somebody's list: more is a message to
 * everyone. A message with more is refused.
 */
const MAX_MENTIONS = 50

/** Maximum files of one message, by its type. Types that are not named have none. */
const MAX_MEDIA: Partial<Record<MessageType, number>> = {
  IMAGE: 10,
  VIDEO: 10,
  AUDIO: 10,
  FILE: 10,
  STICKER: 1,
  GIF: 1,
}

/**
 * The checked input of a send. Only `parseNewMessage` makes it. The ids in it are well-formed, and not yet known to lead
 * to what the sender may name: references.ts checks that.
 */
export interface NewMessage extends Omit<MessageBody, 'forwardedFrom'> {
  readonly clientMessageId: string
  /** The message that is forwarded: then it alone says what is sent. */
  readonly forwardOfId?: string
}

interface SendInput {
  readonly clientMessageId: string
  readonly type?: MessageType | null | undefined
  readonly text?: string | null | undefined
  readonly content?: unknown
  readonly mentions?: MentionsInput | null | undefined
  readonly replyToId?: string | null | undefined
  readonly mediaIds?: readonly string[] | null | undefined
  readonly forwardOfId?: string | null | undefined
}

export interface MentionsInput {
  readonly userIds?: readonly string[] | null | undefined
  readonly everyone?: boolean | null | undefined
}

/** `maxText` is the maximum of characters of a text or a caption. */
export function parseNewMessage(input: SendInput, maxText: number): NewMessage {
  const { clientMessageId, replyToId } = input
  checkText('clientMessageId', clientMessageId, MAX_CLIENT_MESSAGE_ID)
  if (/[\n\t]/.test(clientMessageId)) throw badInput('clientMessageId', '`clientMessageId` must be a single line.')
  return {
    clientMessageId,
    ...(input.forwardOfId == null ? parseSaid(input, maxText) : parseForward(input, input.forwardOfId)),
    ...(replyToId != null && { replyToId: parseMessageId(replyToId) }),
  }
}

function parseForward(input: SendInput, forwardOfId: string): Pick<NewMessage, 'text' | 'forwardOfId'> {
  for (const field of ['type', 'text', 'content', 'mentions', 'mediaIds'] as const) {
    if (input[field] != null)
      throw badInput(
        field,
        `\`${field}\` must not be given with \`forwardOfId\`: a forward says what the original says.`,
      )
  }
  return { text: '', forwardOfId: parseMessageId(forwardOfId) }
}

function parseSaid(input: SendInput, maxText: number): MessageBody {
  const type = input.type ?? 'TEXT'
  if (type === 'SYSTEM') throw badInput('type', 'A message of the type SYSTEM cannot be sent: the server makes them.')
  const isOfCatalog = (type === 'STICKER' || type === 'GIF') && input.content != null
  const mediaIds = isOfCatalog ? refuseMedia(input.mediaIds) : parseMediaIds(type, input.mediaIds)
  const text = parseText(type, input.text ?? '', maxText)
  const content = parseContent(type, input.content)
  const mentions = parseMentions(input.mentions)
  return {
    text,
    ...(type !== 'TEXT' && { type }),
    ...(content && { content }),
    ...(mentions && { mentions }),
    ...(mediaIds && { mediaIds }),
  }
}

/** The text of a TEXT message must be visible; another message may have none. */
export function parseText(type: MessageType, text: string, maxText: number): string {
  if (type === 'TEXT' || text !== '') checkText('text', text, maxText)
  return text
}

/** A sticker or a GIF of the catalog has no file of the sender. */
function refuseMedia(given: readonly string[] | null | undefined): undefined {
  if (given != null && given.length > 0)
    throw badInput('mediaIds', 'Name either `mediaIds` or an item of the catalog in `content`, not both.')
}

function parseMediaIds(type: MessageType, given: readonly string[] | null | undefined): readonly string[] | undefined {
  const max = MAX_MEDIA[type]
  if (max === undefined) {
    if (given != null && given.length > 0)
      throw badInput('mediaIds', `A message of the type ${type} must not have \`mediaIds\`.`)
    return undefined
  }
  const ids = (given ?? []).map((text) => {
    const id = parseId(text)
    if (!id) throw notFound('media', text)
    return id
  })
  if (ids.length < 1 || ids.length > max || new Set(ids).size < ids.length)
    throw badInput('mediaIds', `A message of the type ${type} must have 1 to ${max} different \`mediaIds\`.`)
  return ids
}

export function parseMentions(input: MentionsInput | null | undefined): Mentions | undefined {
  const given = input?.userIds ?? []
  if (given.length > MAX_MENTIONS)
    throw badInput('mentions', `\`mentions.userIds\` must have at most ${MAX_MENTIONS} users, not ${given.length}.`)
  const userIds = [...new Set(given.map(parseUserId))]
  if (userIds.length === 0 && !input?.everyone) return undefined
  return { ...(userIds.length > 0 && { userIds }), ...(input?.everyone && { everyone: true }) }
}

function parseUserId(text: string): string {
  const id = parseId(text)
  if (!id) throw mentionsNoMember([text])
  return id
}

function parseMessageId(text: string): string {
  const id = parseId(text)
  if (!id) throw notFound('message', text)
  return id
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
  readonly from?: number | null | undefined
  readonly around?: string | null | undefined
}

/** A page around a message of this sequence number: as many before it as after it. */
export function pageAround(page: MessagePage, sequence: number): MessagePage {
  return { ...page, after: Math.max(0, sequence - Math.floor(page.limit / 2) - 1), from: 'start' }
}

export function parseMessagePage({ first, after, last, before, from, around }: MessagePageArgs): MessagePage {
  if (from != null || around != null) {
    const others = [last, after, before, from, around].filter((each) => each != null)
    if (others.length > 1)
      throw badInput(from != null ? 'from' : 'around', 'Ask by `from` or by `around` with `first` and nothing else.')
    if (from != null && from < 1) throw badInput('from', `\`from\` must be 1 or more, not ${from}.`)
    const page = parseMessagePage({ first: first ?? DEFAULT_MESSAGES })
    return from == null ? page : { ...page, after: from - 1 }
  }
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

const parseSequence = (cursor: string): number => parseSequencePlace(decodePageCursor(cursor))

/** Parses the sequence number of a decoded cursor. */
export function parseSequencePlace(key: string): number {
  if (!/^(0|[1-9]\d{0,9})$/.test(key)) throw malformedCursor()
  // No message has a higher number than PostgreSQL's integers.
  return Math.min(Number(key), 2 ** 31 - 1)
}
