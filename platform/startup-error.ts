/**
 * A part cannot start, for a reason that the operator can fix. The message is one clear line that says what is wrong
 * and what to do, without secrets. `roles/main.ts` prints it without a stack.
 */
export class StartupError extends Error {
  override readonly name: string = 'StartupError'
}

/** A service is not up yet, or down: the process may wait for it and retry. */
export class ServiceDownError extends StartupError {
  override readonly name = 'ServiceDownError'
}
