/**
 * Lua scripts that Redis runs atomically. A node has an incarnation: one that expired and announces itself again gets a
 * new one, so that removing the old one's entries never affects the new one's. ARGV[1] is the prefix of all keys:
 *
 *   nodes              sorted set: node -> Unix ms until which it lives, by Redis's own clock
 *   incarnations       hash: node -> its incarnation
 *   dead               set of node NUL incarnation whose entries are still to be removed
 *   of:<node NUL incarnation>   set of user NUL device
 *   user:<user>        set of device NUL node NUL incarnation
 *
 * The scripts compute their keys, so a Redis Cluster needs a prefix with a hash tag, such as `{parley}:`.
 */

const NOW = `
local base = ARGV[1]
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** Every writing script first marks the expired nodes as dead. */
const BURY = `
for _, node in ipairs(redis.call('zrangebyscore', base .. 'nodes', '-inf', string.format('%.0f', now))) do
  local incarnation = redis.call('hget', base .. 'incarnations', node)
  redis.call('zrem', base .. 'nodes', node)
  redis.call('hdel', base .. 'incarnations', node)
  if incarnation then redis.call('sadd', base .. 'dead', node .. '\\0' .. incarnation) end
end
local function incarnationOf(node, ttl)
  local incarnation = redis.call('hget', base .. 'incarnations', node)
  if not incarnation then
    incarnation = string.format('%.0f', time[1] * 1000000 + time[2])
    redis.call('hset', base .. 'incarnations', node, incarnation)
    redis.call('zadd', base .. 'nodes', string.format('%.0f', now + ttl), node)
  end
  return incarnation
end
`

/** node, ttl in ms -> its incarnation, then some dead incarnations. */
export const ANNOUNCE = `${NOW}${BURY}
local incarnation = incarnationOf(ARGV[2], ARGV[3])
redis.call('zadd', base .. 'nodes', string.format('%.0f', now + ARGV[3]), ARGV[2])
local answer = redis.call('srandmember', base .. 'dead', 10)
table.insert(answer, 1, incarnation)
return answer`

/** node -> its incarnation, whose entries are still to be removed, or nil. */
export const RETIRE = `${NOW}
local incarnation = redis.call('hget', base .. 'incarnations', ARGV[2])
redis.call('zrem', base .. 'nodes', ARGV[2])
redis.call('hdel', base .. 'incarnations', ARGV[2])
if not incarnation then return false end
redis.call('sadd', base .. 'dead', ARGV[2] .. '\\0' .. incarnation)
return ARGV[2] .. '\\0' .. incarnation`

/** ttl in ms, then user, device, node each. An unknown node starts to live now, as if it had announced itself. */
export const JOIN = `${NOW}${BURY}
for i = 3, #ARGV, 3 do
  local user, device, node = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local life = node .. '\\0' .. incarnationOf(node, ARGV[2])
  redis.call('sadd', base .. 'of:' .. life, user .. '\\0' .. device)
  redis.call('sadd', base .. 'user:' .. user, device .. '\\0' .. life)
end
return 0`

/** user, device, node each. */
export const LEAVE = `
local base = ARGV[1]
for i = 2, #ARGV, 3 do
  local user, device, node = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local incarnation = redis.call('hget', base .. 'incarnations', node)
  if incarnation then
    local life = node .. '\\0' .. incarnation
    redis.call('srem', base .. 'of:' .. life, user .. '\\0' .. device)
    redis.call('srem', base .. 'user:' .. user, device .. '\\0' .. life)
  end
end
return 0`

/** users -> a flat list of user, device, node, for live nodes. */
export const FIND = `${NOW}
local lives = {}
for _, node in ipairs(redis.call('zrangebyscore', base .. 'nodes', string.format('(%.0f', now), '+inf')) do
  local incarnation = redis.call('hget', base .. 'incarnations', node)
  if incarnation then lives[node .. '\\0' .. incarnation] = node end
end
local found = {}
if next(lives) == nil then return found end
for i = 2, #ARGV do
  for _, entry in ipairs(redis.call('smembers', base .. 'user:' .. ARGV[i])) do
    local at = string.find(entry, '\\0', 1, true)
    local node = lives[string.sub(entry, at + 1)]
    if node then
      found[#found + 1] = ARGV[i]
      found[#found + 1] = string.sub(entry, 1, at - 1)
      found[#found + 1] = node
    end
  end
end
return found`

export const NODES = `${NOW}
return redis.call('zrangebyscore', base .. 'nodes', string.format('(%.0f', now), '+inf')`

/** a dead incarnation, a maximum number of entries -> how many were removed. */
export const SWEEP = `
local base, life, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local entries = redis.call('spop', base .. 'of:' .. life, most)
for _, entry in ipairs(entries) do
  local at = string.find(entry, '\\0', 1, true)
  redis.call('srem', base .. 'user:' .. string.sub(entry, 1, at - 1), string.sub(entry, at + 1) .. '\\0' .. life)
end
if #entries < most then redis.call('srem', base .. 'dead', life) end
return #entries`
