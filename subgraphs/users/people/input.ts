import { parseLine, type Valid } from '../../parse.ts'
import { MAX_NAME } from '../limits.ts'

export type DisplayName = Valid<'displayName'>

export function parseDisplayName(text: string): DisplayName {
  return parseLine('displayName', text, MAX_NAME) as DisplayName // the only maker of DisplayName
}
