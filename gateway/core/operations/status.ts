/**
 * A client that names `application/json`, and not the newer type, takes a status for the transport's word: any proxy may
 * answer it with JSON and 4xx. So what is wrong with its operation comes with 200 (GraphQL over HTTP, 6.4.1). Who names
 * neither gets the 400, which says more to people and proxies.
 */
function takesErrorsWith200(accept = ''): boolean {
  return /application\/json/i.test(accept) && !/application\/graphql-response\+json/i.test(accept)
}

/** The HTTP status of an answer to a well-formed request, of what the operation says of it. */
export function statusFor(status: number | undefined, accept: string | undefined): number {
  return status === undefined || (status === 400 && takesErrorsWith200(accept)) ? 200 : status
}
