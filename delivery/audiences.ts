import { LRUCache } from 'lru-cache'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { FindAudience, Kinds } from '../platform/eventlog/kinds.ts'
import type { Read } from '../platform/gather.ts'

/**
 * Maximum user ids in the remembered audiences of one process, which are some 40 MB. Beyond it the audience that was
 * not used for longest is looked up again. A larger audience is never remembered.
 */
const MAX_REMEMBERED = 500_000

/** An audience, and the function that found it: the same key may have another audience by another function. */
interface Remembered {
  readonly find: FindAudience
  readonly userIds: readonly string[]
}

/**
 * The audiences of one shard's events. They are looked up in the log's order, each event once. So what was found for a
 * key is right for the key's next event too, unless an event between them may have begun or ended a membership. Such an
 * event has the same key, and therefore passes here too.
 */
export interface Audiences {
  /**
   * Resolves to the recipients of each event, in the order of the events. It must get every event of the shard, also
   * one that is delivered to nobody, for which it finds none. If it rejects, it may be called again with the same
   * events.
   */
  find(events: readonly LoggedEvent[]): Promise<readonly (readonly string[])[]>
}

export interface AudiencesOfShards {
  /** For a consumer that begins: it remembers nothing, because events that it did not get may have passed. */
  open(): Audiences
}

export function makeAudiences(
  kinds: Pick<Kinds, 'isDelivered' | 'keepsMembers' | 'steadyAudience'>,
  read: Read<LoggedEvent, readonly string[]>,
  most: number = MAX_REMEMBERED,
): AudiencesOfShards {
  const memory = new LRUCache<string, Remembered>({
    maxSize: most,
    sizeCalculation: ({ userIds }) => userIds.length + 1,
  })
  let opened = 0

  const open = (): Audiences => {
    const consumer = ++opened
    // Another epoch begins with a restored backup, which may have other members.
    const keyOf = ({ key, position: { epoch } }: LoggedEvent) => `${consumer} ${epoch} ${key}`

    return {
      async find(events) {
        const asked: LoggedEvent[] = []
        /** For each event its recipients, or the index of its answer, or null if it has none. */
        const found: (readonly string[] | number | null)[] = []
        /** By key, the answers that will be remembered. */
        const coming = new Map<string, { readonly find: FindAudience; readonly answer: number }>()

        for (const event of events) {
          const key = keyOf(event)
          const find = kinds.steadyAudience(event.kind)
          if (!find) {
            if (!kinds.keepsMembers(event.kind)) {
              memory.delete(key)
              coming.delete(key)
            }
            found.push(kinds.isDelivered(event.kind) ? asked.push(event) - 1 : null)
            continue
          }
          const known = memory.get(key)
          const sibling = coming.get(key)
          if (known?.find === find) found.push(known.userIds)
          else if (sibling?.find === find) found.push(sibling.answer)
          else {
            const answer = asked.push(event) - 1
            coming.set(key, { find, answer })
            found.push(answer)
          }
        }

        const answers = asked.length > 0 ? await read(asked) : []
        for (const [key, { find, answer }] of coming) memory.set(key, { find, userIds: answers[answer] ?? [] })
        return found.map((one) => (typeof one === 'number' ? answers[one] : one) ?? [])
      },
    }
  }
  return { open }
}
