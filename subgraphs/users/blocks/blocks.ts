import type { NewEvent } from '../../../platform/eventlog/eventlog.ts'
import { PublicError } from '../../errors.ts'
import { cancelRequest, refuseRequest, removeFriendship } from '../friends/friendship.ts'
import type { PairChange } from '../friends/pair.ts'
import { MAX_BLOCKS } from '../limits.ts'
import { BLOCKS_CHANGED, type BlocksChanged } from './events.ts'
import { addBlock, countBlocks, removeBlock } from './store.ts'

/**
 * The viewer blocks the other user. What the two were ends as it also ends without a block: a friendship is removed,
 * the other user's request is rejected, and the viewer's is cancelled. So the events tell nobody of the block.
 */
export async function block(pair: PairChange): Promise<readonly NewEvent[]> {
  const { sql, viewerId, otherId, now, standing } = pair
  if (standing.blocking) return []
  if ((await countBlocks(sql, viewerId)) >= MAX_BLOCKS) {
    throw new PublicError('LIMIT_REACHED', `You have blocked ${MAX_BLOCKS} users: unblock some first.`)
  }
  const ended = [await removeFriendship(pair), await refuseRequest(pair), await cancelRequest(pair)].flat()
  await addBlock(sql, viewerId, otherId, now)
  return [...ended, changed(pair, true)]
}

export async function unblock(pair: PairChange): Promise<readonly NewEvent[]> {
  const { sql, viewerId, otherId, standing } = pair
  if (!standing.blocking) return []
  await removeBlock(sql, viewerId, otherId)
  return [changed(pair, false)]
}

function changed({ viewerId, otherId, deviceId }: PairChange, blocked: boolean): NewEvent {
  const payload: BlocksChanged = { userId: viewerId, otherId, blocked, deviceId }
  return { kind: BLOCKS_CHANGED, key: viewerId, payload }
}
