import type { PushText } from '../../../platform/eventlog/kinds.ts'
import { inEachLanguage, type Language } from '../../push-texts/index.ts'
import type { MessageBody } from './body.ts'
import type { PushNames } from './push-names.ts'

/**
 * Maximum UTF-16 units of a push's text, without the ellipsis: providers accept 4,096 bytes in all. The app fetches the
 * whole message.
 */
const MAX_PUSH_BODY = 500
const MAX_PUSH_TITLE = 100

/** The files of these messages are counted: `3 photos`. */
const COUNTED = { IMAGE: 'photos', VIDEO: 'videos', AUDIO: 'audios', FILE: 'files' } as const
const NAMED = { LOCATION: 'location', CONTACT: 'contact', STICKER: 'sticker', GIF: 'gif' } as const

/** What the push of a message says. Users whom the message mentions are told so. */
export function pushTextOf(message: MessageBody, names: PushNames | undefined): Omit<PushText, 'data'> {
  const senderOf = ({ texts }: Language) => names?.senderName ?? texts.somebody
  const group = names?.groupTitle ?? null
  const { userIds = [], everyone } = message.mentions ?? {}
  const short = (most: number, say: (language: Language) => string) =>
    inEachLanguage((language) => cut(say(language), most))
  return {
    title: short(MAX_PUSH_TITLE, (language) => group ?? senderOf(language)),
    body: short(MAX_PUSH_BODY, (language) => {
      const what = describe(message, language)
      if (everyone) return language.texts.mentionedEveryone(senderOf(language), what)
      return group === null ? what : language.texts.labelled(senderOf(language), what)
    }),
    discreet: inEachLanguage(({ texts }) => texts.newMessage),
    ...(userIds.length > 0 && {
      special: {
        userIds,
        body: short(MAX_PUSH_BODY, (language) =>
          language.texts.mentionedYou(senderOf(language), describe(message, language)),
        ),
      },
    }),
  }
}

/** What a message is, where it is no text, and what it says. */
function describe({ type, text, content, mediaIds }: MessageBody, { texts, count }: Language): string {
  const name =
    type && type in COUNTED
      ? count(texts[COUNTED[type as keyof typeof COUNTED]], mediaIds?.length ?? 1)
      : type && type in NAMED
        ? texts[NAMED[type as keyof typeof NAMED]]
        : null
  // The app of a CUSTOM message puts into the caption what people should read.
  if (name === null) return text || texts.message
  const about = text || content?.['name']
  return typeof about === 'string' && about !== '' ? texts.labelled(name, about) : name
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text
  // A surrogate pair must not be cut in half.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most
  return `${text.slice(0, end)}…`
}
