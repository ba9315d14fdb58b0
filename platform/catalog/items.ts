/** The pack that ships with the server. Its pictures were drawn for it. */
export const PACK = { id: 'basics', title: 'Basics' }

/** Each sticker is `items/<id>.svg`, of 128 x 128. */
export const STICKERS: readonly (readonly [id: string, title: string])[] = [
  ['smile', 'Smile'],
  ['laugh', 'Laugh'],
  ['surprised', 'Surprised'],
  ['sad', 'Sad'],
  ['heart', 'Heart'],
  ['star', 'Star'],
  ['yes', 'Yes'],
  ['no', 'No'],
]

/** Each GIF is `items/gif-<id>.gif`, of 64 x 64. The words are what it is found by, beside its title. */
export const GIFS: readonly (readonly [id: string, title: string, words: string])[] = [
  ['heart', 'Beating heart', 'love like thanks'],
  ['party', 'Confetti', 'party congratulations birthday hooray'],
  ['nod', 'Nodding', 'yes agree ok'],
  ['shake', 'Shaking the head', 'no disagree'],
  ['sun', 'Sun', 'morning hello weather'],
  ['wait', 'Waiting', 'wait typing soon loading'],
]
