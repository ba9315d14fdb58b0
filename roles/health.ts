import type { RequestListener, ServerResponse } from 'node:http'
import type { Metrics } from '../platform/metrics/index.ts'

/** Resolves when a part can work; rejects, or resolves false, when it cannot. */
export type Check = () => Promise<unknown> | boolean

/** A check that takes longer counts as failed: a prober gives up at about this time. */
const CHECK_MS = 3_000

/** Minimum interval between two runs of one check. */
const REFRESH_MS = 1_000

async function passes(check: Check): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), CHECK_MS)))
  try {
    return (await Promise.race([Promise.resolve(check()), late])) !== false
  } catch {
    // The answer names the failing part; the part's own log says why.
    return false
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Runs a check at most once a second, however often it is called: a check is a query, and `/readyz` answers strangers.
 * A synchronous check (a flag of this process) runs each time.
 */
function remembered(check: Check): () => Promise<boolean> {
  let latest: Promise<boolean> | null = null
  let askedAtMs = 0
  let waiting = false
  return () => {
    if (latest && (waiting || performance.now() - askedAtMs < REFRESH_MS)) return latest
    askedAtMs = performance.now()
    let asked = true
    const result = passes(() => {
      const given = check()
      asked = typeof given !== 'boolean'
      return given
    })
    if (!asked) return result
    waiting = true
    latest = result.finally(() => (waiting = false))
    return latest
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(`${JSON.stringify(body)}\n`)
}

/**
 * `/healthz`: 200 while the process lives. `/readyz`: 200 if each check passes, otherwise 503 with the names of the
 * failing ones, from a state that is at most a second old. Everything else: 404.
 */
export function makeHealth(checks: Readonly<Record<string, Check>>): RequestListener {
  const parts = Object.entries(checks).map(([name, check]) => ({ name, passes: remembered(check) }))
  const ready = async (response: ServerResponse) => {
    const results = await Promise.all(parts.map(async (part) => ({ name: part.name, ok: await part.passes() })))
    const away = results.filter(({ ok }) => !ok).map(({ name }) => name)
    answer(
      response,
      away.length === 0 ? 200 : 503,
      away.length === 0 ? { status: 'ready' } : { status: 'waiting', away },
    )
  }
  return (request, response) => {
    const path = request.url?.split('?')[0]
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405, { status: 'GET only' })
    else if (path === '/healthz') answer(response, 200, { status: 'alive' })
    else if (path === '/readyz') void ready(response)
    else answer(response, 404, { status: 'not found' })
  }
}

/** `/metrics` in Prometheus's text format; everything else: 404. */
export function makeMetricsPage(metrics: Metrics): RequestListener {
  return (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      return answer(response, 404, { status: 'not found' })
    }
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics.render())
  }
}
