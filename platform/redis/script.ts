import type { Redis } from 'ioredis'

export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/** A Lua script that Redis runs atomically. Sent once per server, then called by its hash. */
export function defineScript(client: Redis, name: string, lua: string): Script {
  client.defineCommand(name, { lua })
  // defineCommand adds a method that no type knows; without `numberOfKeys` it takes that count as its first argument.
  const run = (client as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>)[name]
  if (!run) throw new Error(`defineCommand did not define ${name}`)
  return (keys, args) => run.call(client, keys.length, ...keys, ...args)
}
