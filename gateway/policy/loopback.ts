/** Names of this machine, as a URL's parser writes them. */
const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Of a page that this machine itself serves, whatever its port. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!/^https?:/i.test(origin) || !URL.canParse(origin)) return false
  return LOOPBACK.test(new URL(origin).hostname)
}

/**
 * A `Host` that names this machine. A foreign name that was made to point here (DNS rebinding) is none, so the page behind
 * it gains nothing by asking this machine.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && isLoopbackOrigin(`http://${host}`)
}
