import { languageOf, languages } from './index.ts'

test.each([
  ['de', 'de'],
  ['DE', 'de'],
  ['de-AT', 'de'],
  ['pt-BR', 'pt'],
  ['zh-Hant-TW', 'en'],
  ['d', 'en'],
  ['-', 'en'],
  ['', 'en'],
  [null, 'en'],
])('users of %s read %s', (locale, language) => {
  expect(languageOf(locale).texts).toBe(languages.get(language))
})

test('numbers take the forms of the language', () => {
  const photos = (locale: string, numbers: readonly number[]) => {
    const { texts, count } = languageOf(locale)
    return numbers.map((number) => count(texts.photos, number))
  }
  expect(photos('en', [1, 2])).toEqual(['Photo', '2 photos'])
  expect(photos('pl', [1, 2, 5, 22])).toEqual(['Zdjęcie', '2 zdjęcia', '5 zdjęć', '22 zdjęcia'])
})

test('every language says everything, and keeps names and texts as they are', () => {
  const text = '$& # ${who} <b>'
  for (const [, texts] of languages) {
    for (const said of [texts.mentionedYou(text, '…'), texts.mentionedEveryone(text, '…'), texts.reacted(text, '…')])
      expect(said.startsWith(text)).toBe(true)
    expect(texts.labelled('…', text).endsWith(text)).toBe(true)
    for (const value of Object.values(texts)) expect(value).not.toBe('')
    for (const forms of [texts.photos, texts.videos, texts.audios, texts.files]) expect(forms.other).toContain('#')
  }
})
