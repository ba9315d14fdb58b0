/** The names of this machine, as a URL parser writes them. */
const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Whether this machine itself serves the page, on any port. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!/^https?:/i.test(origin) || !URL.canParse(origin)) return false
  return LOOPBACK.test(new URL(origin).hostname)
}

/**
 * Whether a `Host` names this machine. A foreign domain that was pointed here (DNS rebinding) does not, so a page
 * behind it gains nothing.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && isLoopbackOrigin(`http://${host}`)
}
