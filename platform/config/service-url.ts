export const HOW_TO_ESCAPE =
  'special characters in its user or password must be percent-escaped: / as %2F, @ as %40, # as %23, ? as %3F, % as %25'

/**
 * Whether a password breaks its URL. With the password `p/w`, everything before the slash is parsed as host and port,
 * and an @ remains in the rest. With `p%w`, the client fails to decode it.
 */
export function hasBrokenCredentials(url: string): boolean {
  const [, authority = '', rest = ''] = /^[\w+.-]+:\/\/([^/?#]*)(.*)$/s.exec(url) ?? []
  const at = authority.lastIndexOf('@')
  if (at === -1) return rest.includes('@')
  const credentials = authority.slice(0, at)
  return (
    credentials.includes('@') || (credentials.match(/:/g)?.length ?? 0) > 1 || /%(?![0-9A-Fa-f]{2})/.test(credentials)
  )
}

/** A replica set's URL lists its members with commas, which URL parsers refuse: only the first member is checked. */
export function parses(url: string): boolean {
  return URL.canParse(url.replace(/,[^/?#@]*(?=[/?#]|$)/, ''))
}
