import { writeFileSync } from 'node:fs'
import WebSocket from 'ws'
import { assetPath } from '../../platform/assets.ts'

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds between each sample and the one before. */
  readonly timeDeltas: readonly number[]
}

export interface Share {
  readonly name: string
  /** The share of the time in which the program was not idle. */
  readonly share: number
}

export interface Summary {
  /** Self time by room, package and the runtime. */
  readonly parts: readonly Share[]
  /** Self time. */
  readonly functions: readonly Share[]
  /** Functions of this repository, including the functions that they call. */
  readonly callers: readonly Share[]
}

const TOP = 15

/**
 * Profiles the process of this debugger while `work` runs, and saves the profile for the viewer of Chrome or VS Code.
 */
export async function profiled(
  inspectorUrl: string,
  file: string,
  work: () => Promise<unknown>,
  shown = TOP,
): Promise<Summary> {
  const socket = new WebSocket(inspectorUrl, { perMessageDeflate: false, maxPayload: 1024 * 1024 * 1024 })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const waiting = new Map<number, (result: unknown) => void>()
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { id?: number; result?: unknown }
    if (id !== undefined) waiting.get(id)?.(result)
  })
  let last = 0
  const call = (method: string) =>
    new Promise<unknown>((resolve) => {
      waiting.set(++last, resolve)
      socket.send(JSON.stringify({ id: last, method }))
    })
  await call('Profiler.enable')
  await call('Profiler.start')
  await work()
  const { profile } = (await call('Profiler.stop')) as { profile: Profile }
  socket.close()
  writeFileSync(file, JSON.stringify(profile))
  return summarise(profile, shown)
}

/** Without the time of waiting. */
function summarise({ nodes, samples, timeDeltas }: Profile, shown: number): Summary {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, describeFrame(callFrame)]))
  const callerOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const self = new Map<number, number>()
  for (const [index, sample] of samples.entries()) {
    if (frames.get(sample)?.name !== '(idle)') add(self, sample, timeDeltas[index] ?? 0)
  }
  const [parts, functions, callers] = [1, 2, 3].map(() => new Map<string, number>()) as [Sums, Sums, Sums]
  let busy = 0
  for (const [id, micros] of self) {
    const { name = '', part = '' } = frames.get(id) ?? {}
    busy += micros
    add(parts, part, micros)
    add(functions, name, micros)
    const stack = new Set<string>() // a function that calls itself counts once
    for (let at: number | undefined = id; at !== undefined; at = callerOf.get(at)) {
      const frame = frames.get(at)
      if (frame?.ours) stack.add(frame.name)
    }
    for (const caller of stack) add(callers, caller, micros)
  }
  const top = (sums: Sums) =>
    [...sums]
      .sort(([, a], [, b]) => b - a)
      .slice(0, shown)
      .map(([name, micros]) => ({ name, share: micros / busy }))
  return { parts: top(parts), functions: top(functions), callers: top(callers) }
}

type Sums = Map<string, number>

const ROOT = `file://${assetPath('.')}/`

function describeFrame({ functionName, url }: { functionName: string; url: string }) {
  // The programs of this build and of others are in `dist`.
  const path = url.replace(ROOT, '').replace(/^(?:file:\/\/(?!.*\/node_modules\/).*\/)?dist\/(.*)\.js$/, '$1.ts')
  return {
    name: path ? `${functionName || '(anonymous)'} · ${path}` : functionName || '(unknown)',
    part: partOf(path, functionName),
    ours: path.endsWith('.ts'),
  }
}

function add<Key>(sums: Map<Key, number>, key: Key, micros: number) {
  sums.set(key, (sums.get(key) ?? 0) + micros)
}

/**
 * The group of a function: the top folder for our code, the package for others, `node` for the runtime, and the name
 * itself if it has no file (garbage collection).
 */
function partOf(path: string, functionName: string): string {
  if (path === '') return functionName.startsWith('(') ? functionName : 'node (native)'
  if (path.startsWith('node:')) return 'node'
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
  if (name) return `package ${name}`
  return path.split('/').slice(0, 2).join('/')
}
