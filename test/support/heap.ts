import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes that are held after everything that nobody holds is gone. */
export function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // What a finished collection lets go of, such as entries of a WeakMap, is taken by the next.
  for (let i = 0; i < 3; i++) collect()
  return process.memoryUsage().heapUsed
}
