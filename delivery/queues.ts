/** From the relay to the consumers, with the log's shards. */
export const NOTIFY_QUEUE = 'chat.message.notify'
/** From the consumers to the push workers, sharded by user. */
export const PUSH_QUEUE = 'notification.push'
/** Enough for a few concurrent push workers; the pushes of a user stay in order within one shard. */
export const PUSH_SHARDS = 4

/** The shard of the push queue for a user's pushes (FNV-1a over the id). */
export function pushShardOf(userId: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < userId.length; at++) hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193) >>> 0
  return hash % PUSH_SHARDS
}
