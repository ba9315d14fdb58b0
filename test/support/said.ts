import type { Saying } from '../../platform/eventlog/kinds.ts'

/** A text of a push as somebody of this language gets it; null: somebody who named none. */
export const said = (saying: Saying, locale: string | null = null): string =>
  typeof saying === 'string' ? saying : saying(locale)
