import { residentOf, withChildren } from '../harness/children.mjs'
import { say, shown, table } from '../harness/figures.mjs'
import { everybodyHears, openClients } from './clients.mjs'

/** Sockets that come and go before anything is measured: code is compiled and buffers are there. */
const BEFORE = 500

/**
 * What an idle subscription holds: resident memory of a fresh process with `count` of them, less that without, after one
 * event to each and a full collection in both cases. A process per peer and column, one after the other.
 */
export async function measureMemory(peers, columns, count) {
  const asked = columns.filter(({ name }) => name !== 'direct')
  const rows = []
  for (const peer of peers) {
    const cells = []
    for (const column of asked) {
      if (peer.columns && !peer.columns.includes(column.name)) cells.push('–')
      else
        cells.push(await held(peer, column, count).catch((error) => (say(`${peer.name}: ${error.message}`), 'failed')))
    }
    rows.push([peer.name, ...cells])
  }
  say(`Resident KB per subscription, with ${count} idle ones, each on a socket of its own.`)
  say()
  table(['KB per subscription', ...asked.map(({ name }) => titles[name])], rows)
}

const titles = {
  'one event per subscriber': 'all different',
  'one event for all': 'identical',
}

function held(peer, column, count) {
  return withChildren(async (start) => {
    const child = await start(peer.name, peer.file, peer.given, { nodeOptions: ['--expose-gc'] })
    const withSockets = async (sockets, work) => {
      const clients = await openClients({ peer: { ...peer, ...child }, count: sockets, column })
      try {
        await everybodyHears(clients, peer.source)
        return await work()
      } finally {
        clients.close()
      }
    }
    const resident = async () => {
      await child.tell('collect')
      return residentOf(child.pid)
    }
    await withSockets(BEFORE, async () => {})
    const without = await resident()
    return shown(((await withSockets(count, resident)) - without) / count)
  })
}
