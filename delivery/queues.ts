/** Relay to consumer, in the log's shards. */
export const NOTIFY_QUEUE = 'chat.message.notify'
/** Consumer to push worker, by user. */
export const PUSH_QUEUE = 'notification.push'
/** Enough for a few push workers side by side; a user's pushes stay in order within one. */
export const PUSH_SHARDS = 4

/** Which shard of the push queue a user's pushes go through (FNV-1a over the id). */
export function pushShardOf(userId: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < userId.length; at++) hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193) >>> 0
  return hash % PUSH_SHARDS
}
