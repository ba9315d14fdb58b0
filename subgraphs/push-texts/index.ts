/**
 * What pushes say, a file for each language. A new language is a file and a line here. Rooms write a push once, for any
 * language (`inEachLanguage`), and delivery asks for that of each recipient.
 */
import type { Saying } from '../../platform/eventlog/kinds.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { pl } from './pl.ts'
import { pt } from './pt.ts'
import type { Forms, PushTexts } from './texts.ts'

export type { PushTexts } from './texts.ts'

export const languages: ReadonlyMap<string, PushTexts> = new Map(Object.entries({ de, en, es, fr, pl, pt }))

/** A language, and how it says a number of things. */
export interface Language {
  readonly texts: PushTexts
  /** The form for this number. */
  count(forms: Forms, number: number): string
}

const makeLanguage = (tag: string, texts: PushTexts): Language => {
  const rules = new Intl.PluralRules(tag)
  return {
    texts,
    count: (forms, number) => (forms[rules.select(number)] ?? forms.other).replace('#', String(number)),
  }
}

const made = new Map([...languages].map(([tag, texts]) => [tag, makeLanguage(tag, texts)]))
const english = makeLanguage('en', en)

/**
 * The language of a BCP 47 tag: of the whole tag, else of the longest part of it that there is, `de` for `de-AT`. English for
 * any other, and for users who named none.
 */
export function languageOf(locale: string | null): Language {
  for (let tag = locale?.toLowerCase() ?? ''; tag !== ''; tag = tag.slice(0, Math.max(tag.lastIndexOf('-'), 0))) {
    const language = made.get(tag)
    if (language) return language
  }
  return english
}

/** A text of a push, in the language of whoever gets it. */
export const inEachLanguage =
  (say: (language: Language) => string): Saying =>
  (locale) =>
    say(languageOf(locale))
