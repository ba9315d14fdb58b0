import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { say, table } from './figures.mjs'

const root = join(import.meta.dirname, '../..')
const SHOWN = 15

/** Runs `work` while a child is profiled, and says where its time went. */
export async function profiled(child, name, title, work) {
  const folder = join(root, '.cache/bench')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.cpuprofile`)
  await child.tell('profile')
  await work()
  await child.tell('profiled', file)
  const times = selfTimes(JSON.parse(readFileSync(file, 'utf8')))
  say(`${child.name}, ${title}: ${file}`)
  say()
  printShares('part', times, partOf)
  printShares('function', times, ({ functionName, url, lineNumber }) =>
    url ? `${functionName || '(anonymous)'} ${placeOf(url)}:${lineNumber + 1}` : functionName,
  )
}

/** Call frames with their own time, without what they called and without waiting. */
function selfTimes({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map(({ id, callFrame }) => [id, { ...callFrame, time: 0 }]))
  for (const [index, id] of samples.entries()) byId.get(id).time += timeDeltas[index]
  return [...byId.values()].filter(({ functionName }) => functionName !== '(idle)')
}

function printShares(title, times, nameOf) {
  const total = times.reduce((sum, { time }) => sum + time, 0)
  const byName = new Map()
  for (const frame of times) byName.set(nameOf(frame), (byName.get(nameOf(frame)) ?? 0) + frame.time)
  const top = [...byName].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN)
  table(
    [title, 'self time'],
    top.map(([name, time]) => [name, `${((time / total) * 100).toFixed(1)} %`]),
  )
}

function placeOf(url) {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  return path.replace(`${root}/`, '').replace(/^.*node_modules\//, '')
}

/** A package, a part of Node, a folder of ours. `(program)` is the runtime outside JavaScript: mostly system calls. */
function partOf({ functionName, url }) {
  if (!url) return functionName.startsWith('(') ? functionName : '(built in)'
  if (url.startsWith('node:')) return url.split('/', 2).join('/')
  const place = placeOf(url)
  return url.includes('node_modules') ? /^(@[^/]+\/)?[^/]+/.exec(place)[0] : place.replace(/\/[^/]*$/, '')
}
