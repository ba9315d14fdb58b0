/** What every child process of a bench shares: how it is told what to do, says where it listens, and ends. */

/** What the bench gave: an object. */
export const given = JSON.parse(process.argv[2] ?? '{}')

/** Tells the bench where this process listens. */
export function listening(facts) {
  process.stdout.write(`${JSON.stringify({ listening: facts })}\n`)
}

// The bench closes stdin to end this process; the kernel does it when the bench itself dies.
process.stdin.on('error', () => process.exit(0))
process.stdin.on('end', () => process.exit(0))
process.stdin.resume()
