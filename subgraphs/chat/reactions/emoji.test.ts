import { parseEmoji } from './emoji.ts'

test('an emoji is one of any kind, whatever it is made of', () => {
  for (const emoji of [
    '👍',
    '👍🏽',
    '❤️',
    '☺️',
    '🏳️‍🌈',
    '🏴‍☠️',
    '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
    '🇫🇷',
    '1️⃣',
    '#️⃣',
    '👩🏻‍❤️‍💋‍👨🏿',
    '👨‍👩‍👧‍👦',
    '🕵🏿‍♂️',
    '🧑‍🧑‍🧒‍🧒',
    '©️',
    '🫠',
    // Not defined yet.
    '\u{1FADF}',
  ])
    expect(parseEmoji(emoji)).toBe(emoji)
})

test('an emoji that a device writes in another way is the same reaction', () => {
  expect(parseEmoji('❤')).toBe('❤️')
  expect(parseEmoji('👍️')).toBe('👍')
  expect(parseEmoji('🏳‍🌈')).toBe('🏳️‍🌈')
  expect(parseEmoji('👁‍🗨')).toBe('👁️‍🗨️')
  expect(parseEmoji('1⃣')).toBe('1️⃣')
  expect(parseEmoji('🕵🏿‍♂')).toBe('🕵🏿‍♂️')
})

test.each([
  '',
  ' ',
  'a',
  '1',
  '#',
  '12️⃣',
  '👍👍',
  '👍 ',
  ' 👍',
  '👍a',
  '❤︎',
  '🇫',
  '🇫🇷🇫',
  '🏽',
  '\u200d',
  '\ufe0f',
  '👍\u200d',
  '👍\u0000',
  '\ud83d',
  '★',
  '♔',
  '<b>',
  '👨‍👩‍👧‍👦‍👦',
  '👍\u{E0061}\u{E0062}\u{E0063}\u{E007F}',
  '🏴\u{E0061}',
  '🏴' + '\u{E0061}'.repeat(30) + '\u{E007F}',
  '👍' + '\u0301'.repeat(20),
  '👍'.repeat(100_000),
])('what is not one emoji is refused: %j', (text) => {
  expect(() => parseEmoji(text)).toThrow(
    expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', argument: 'emoji' } }),
  )
})
