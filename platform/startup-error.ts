/**
 * Something that the operator can put right kept a part from starting. The message is one clear line that says what was
 * wrong and what to do, without secrets; `roles/main.ts` prints it alone, without a stack.
 */
export class StartupError extends Error {
  override readonly name: string = 'StartupError'
}

/** A service is not there yet, or no more: whoever starts may wait for it. */
export class AwayError extends StartupError {
  override readonly name = 'AwayError'
}
