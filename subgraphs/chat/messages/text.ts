import { badInput } from '../../errors.ts'

/** Lone surrogates are not valid text: PostgreSQL and MongoDB refuse or change them. */
export const LONE_SURROGATE = /\p{Cs}/u
/** Control characters except line feed and tab: they confuse terminals and logs, and PostgreSQL refuses NUL. */
const CONTROL = /[^\P{Cc}\n\t]/u
/** A text of white space and invisible characters only: such a message would look empty. */
const BLANK = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u

/** Throws unless the text is well-formed, visible, and at most `max` characters long. */
export function checkText(argument: string, text: string, max: number): void {
  // The limit is in code points, each of which has one or two UTF-16 units. The cheap check comes first.
  if (text.length > 2 * max || [...text].length > max) {
    throw badInput(argument, `\`${argument}\` is longer than ${max} characters.`)
  }
  if (LONE_SURROGATE.test(text)) throw badInput(argument, `\`${argument}\` is not well-formed Unicode.`)
  if (CONTROL.test(text))
    throw badInput(argument, `\`${argument}\` has a control character other than line feed or tab.`)
  if (BLANK.test(text)) throw badInput(argument, `\`${argument}\` must have a visible character.`)
}
