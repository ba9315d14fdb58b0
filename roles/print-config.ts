/** `npm run config`: every variable with its meaning, default and present value; exits 1 when they do not hold. */
import { describeConfig, readConfig } from '../platform/config/config.ts'

console.log(describeConfig(process.env))
try {
  readConfig(process.env)
} catch (error) {
  console.error(`\n${(error as Error).message}`)
  process.exitCode = 1
}
