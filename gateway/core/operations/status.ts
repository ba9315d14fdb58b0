/**
 * A client that accepts `application/json`, but not the newer type, reads the status as the transport's: any proxy may
 * answer with JSON and 4xx. So errors of its operation come with 200 (GraphQL over HTTP, 6.4.1). A client that accepts
 * neither type gets the 400, which tells people and proxies more.
 */
function takesErrorsWith200(accept = ''): boolean {
  return /application\/json/i.test(accept) && !/application\/graphql-response\+json/i.test(accept)
}

/** The HTTP status of the answer to a well-formed request, from the status of the operation. */
export function statusFor(status: number | undefined, accept: string | undefined): number {
  return status === undefined || (status === 400 && takesErrorsWith200(accept)) ? 200 : status
}
