import type { MessagesPorts } from '../messages/ports.ts'

/** What the resolvers of this topic get. */
export interface SearchPorts extends Pick<MessagesPorts, 'identity' | 'database' | 'conversations' | 'knownMessages'> {
  /** The name of PostgreSQL's text search configuration. */
  readonly searchLanguage: string
}
