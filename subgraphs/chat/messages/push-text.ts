import type { PushText } from '../../../platform/eventlog/kinds.ts'
import type { MessageBody, MessageType } from './body.ts'
import type { PushNames } from './push-names.ts'

/**
 * Maximum UTF-16 units of a push's text, without the ellipsis: providers accept 4,096 bytes in all. The app fetches the
 * whole message.
 */
const MAX_PUSH_BODY = 500
const MAX_PUSH_TITLE = 100

/** What a push says of a message that is no text, before its caption. */
const NAMES: Partial<Record<MessageType, string>> = {
  IMAGE: 'Photo',
  VIDEO: 'Video',
  AUDIO: 'Audio',
  FILE: 'File',
  LOCATION: 'Location',
  CONTACT: 'Contact',
  STICKER: 'Sticker',
  GIF: 'GIF',
}

/** What the push of a message says. Users whom the message mentions are told so. */
export function pushTextOf(message: MessageBody, names: PushNames | undefined): Omit<PushText, 'data'> {
  const sender = names?.senderName ?? 'Somebody'
  const group = names?.groupTitle ?? null
  const what = describe(message)
  const { userIds = [], everyone } = message.mentions ?? {}
  const body = everyone ? `${sender} mentioned everyone: ${what}` : group === null ? what : `${sender}: ${what}`
  return {
    title: cut(group ?? sender, MAX_PUSH_TITLE),
    body: cut(body, MAX_PUSH_BODY),
    discreet: 'New message',
    ...(userIds.length > 0 && { special: { userIds, body: cut(`${sender} mentioned you: ${what}`, MAX_PUSH_BODY) } }),
  }
}

function describe({ type, text, content }: MessageBody): string {
  const name = type && NAMES[type]
  // The app of a CUSTOM message puts into the caption what people should read.
  if (!name) return text || 'Message'
  const about = text || content?.['name']
  return typeof about === 'string' && about !== '' ? `${name}: ${about}` : name
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text
  // A surrogate pair must not be cut in half.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most
  return `${text.slice(0, end)}…`
}
