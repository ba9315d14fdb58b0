import { badInput } from '../../errors.ts'

/** Maximum UTF-16 units of an emoji: the longest one of Unicode, two people of two skin tones who kiss, has 15. */
const MAX_EMOJI = 40
/** Maximum emoji that joiners make one of: a family has four. More would let texts of any length be one emoji. */
const MAX_JOINED = 4

// An emoji that a newer version of Unicode defines is an unassigned pictograph for this one. Regional indicators, digits
// and skin tones are no emoji alone.
const BASE = String.raw`(?:(?![#*0-9]|\p{RI}|\p{EMod})\p{Emoji}|(?=\p{ExtPict})\p{Cn})`
const ONE = String.raw`${BASE}(?:\p{EMod}|\uFE0F)?`
const FLAG = String.raw`\p{RI}{2}`
/** A black flag with the letters of a region, such as that of Scotland, and their end. */
const REGION = String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}`
const KEYCAP = String.raw`[#*0-9]\uFE0F?\u20E3`
const EMOJI = new RegExp(`^(?:${FLAG}|${REGION}|${KEYCAP}|${ONE}(?:\\u200D${ONE}){0,${MAX_JOINED - 1}})$`, 'u')

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The emoji as Unicode writes it in full, so that devices that write it in two ways give one reaction. */
export function parseEmoji(text: string): string {
  if (text.length > MAX_EMOJI || !EMOJI.test(text) || [...graphemes.segment(text)].length !== 1)
    throw badInput('emoji', '`emoji` must be one emoji, such as 👍, and nothing else.')
  return written(text)
}

/** With the selector of the colored form after each sign that has a plain form too, and nowhere else. */
const written = (emoji: string): string =>
  emoji
    .replaceAll('\uFE0F', '')
    .replace(/(?:(?!\p{EPres}|\p{EMod})\p{Emoji})(?!\p{EMod}|[\u{E0020}-\u{E007F}])/gu, '$&\uFE0F')
