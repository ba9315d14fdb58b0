import { createHash } from 'node:crypto'
import type { MessageType } from '../generated/resolvers.ts'

export type { MessageType }

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

export interface Mentions {
  readonly userIds?: readonly string[]
  readonly everyone?: true
}

/** The message that was forwarded: the first one, also where a forwarded message was forwarded again. */
export interface Origin {
  readonly messageId: string
  readonly conversationId: string
}

/**
 * What a message says, beside its text. A field that has its default is absent, in the event log and in both message
 * stores: so a plain text carries nothing more than it needs.
 */
export interface MessageExtras {
  /** Absent: TEXT. */
  readonly type?: MessageType
  readonly content?: JsonObject
  readonly mentions?: Mentions
  /** A message of the same conversation. */
  readonly replyToId?: string
  readonly forwardedFrom?: Origin
  /** The files, in order. */
  readonly mediaIds?: readonly string[]
  /** When it disappears, by the timer of the conversation that held when it was sent: ISO 8601 in UTC. */
  readonly expiresAt?: string
  /** When it was edited the last time: ISO 8601 in UTC. */
  readonly editedAt?: string
  /** When it was deleted for everyone: then it has no text and no other extras than type, replyToId and deletedById. */
  readonly deletedAt?: string
  /** The user who deleted it. Absent if no user did. */
  readonly deletedById?: string
}

export interface MessageBody extends MessageExtras {
  /** The text of a TEXT message, or the caption of another one; '' for none. */
  readonly text: string
}

/** Whether the message has disappeared: also before the job has deleted it. */
export const isExpired = ({ expiresAt }: MessageExtras): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()

/** The names of all extras. */
export const EXTRAS = [
  'type',
  'content',
  'mentions',
  'replyToId',
  'forwardedFrom',
  'mediaIds',
  'expiresAt',
  'editedAt',
  'deletedAt',
  'deletedById',
] as const satisfies (keyof MessageExtras)[]

/** The extras that the object has, without its other fields. */
export function extrasOf(message: MessageExtras): MessageExtras {
  const extras: Partial<Record<keyof MessageExtras, unknown>> = {}
  // A column or a document may have null where there is nothing.
  for (const name of EXTRAS) if (message[name] != null) extras[name] = message[name]
  return extras as MessageExtras
}

/** What the message says, without its other fields. */
export const bodyOf = (message: MessageBody): MessageBody => ({ text: message.text, ...extrasOf(message) })

/** JSON with the keys of all objects sorted: the same text for the same value, whichever store returned it. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value)
  const fields = Object.keys(value).sort()
  return `{${fields.map((key) => `${JSON.stringify(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`).join(',')}}`
}

/**
 * SHA-256 of what the sender asked to send: it tells a retry from a different message with the same `clientMessageId`. A
 * forward is hashed by the id of the original, which may be gone at the retry. Ids have one length, and no text has NUL,
 * so nothing can stand for something else.
 */
export function hashOf(conversationId: string, text: string, rest: object): Buffer {
  const hash = createHash('sha256').update(conversationId).update(text)
  if (Object.keys(rest).length > 0) hash.update('\0').update(canonicalJson(rest))
  return hash.digest()
}
