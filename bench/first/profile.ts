import { writeFileSync } from 'node:fs'
import WebSocket from 'ws'
import { assetPath } from '../../platform/assets.ts'

interface Profile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string } }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

export interface Share {
  readonly name: string
  /** Of the time in which the program did anything. */
  readonly share: number
}

export interface Summary {
  readonly parts: readonly Share[]
  readonly functions: readonly Share[]
}

const TOP = 15

/** Profiles the process of this debugger while `work` runs, and keeps the profile for Chrome's or VS Code's viewer. */
export async function profiled(inspectorUrl: string, file: string, work: () => Promise<unknown>): Promise<Summary> {
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
  return summarise(profile)
}

/** Self time by function and by part of the program; time spent waiting is left out. */
function summarise({ nodes, samples, timeDeltas }: Profile): Summary {
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const parts = new Map<string, number>()
  const functions = new Map<string, number>()
  const root = `file://${assetPath('')}`
  let busy = 0
  for (const [index, sample] of samples.entries()) {
    const { functionName = '', url = '' } = frames.get(sample) ?? {}
    if (functionName === '(idle)') continue
    const micros = timeDeltas[index] ?? 0
    busy += micros
    const path = url.startsWith(root) ? url.slice(root.length).replace(/^dist\/(.*)\.js$/, '$1.ts') : url
    add(parts, partOf(path, functionName), micros)
    add(functions, path ? `${functionName || '(anonymous)'} · ${path}` : functionName, micros)
  }
  const top = (sums: Map<string, number>) =>
    [...sums]
      .sort(([, a], [, b]) => b - a)
      .slice(0, TOP)
      .map(([name, micros]) => ({ name, share: micros / busy }))
  return { parts: top(parts), functions: top(functions) }
}

function add(sums: Map<string, number>, name: string, micros: number) {
  sums.set(name, (sums.get(name) ?? 0) + micros)
}

/** The room for ours, the package for others', `node` for the runtime; what has no file (garbage collection) as it is. */
function partOf(path: string, functionName: string): string {
  if (path === '') return functionName.startsWith('(') ? functionName : 'node (native)'
  if (path.startsWith('node:')) return 'node'
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
  if (name) return `package ${name}`
  return path.split('/').slice(0, 2).join('/')
}
