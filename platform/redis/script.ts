import type { Redis } from 'ioredis'

export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/** A Lua script that Redis runs atomically. It is sent once per server, then called by its hash. */
export function defineScript(client: Redis, name: string, lua: string): Script {
  client.defineCommand(name, { lua })
  // defineCommand adds a method without a type. Without `numberOfKeys`, its first argument is the number of keys.
  const callScript = (client as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>)[name]
  if (!callScript) throw new Error(`defineCommand did not define ${name}.`)
  return (keys, args) => callScript.call(client, keys.length, ...keys, ...args)
}
