/** `npm run config`: every variable with its meaning, default and present value; exits 1 when they do not hold. */
import { describeConfig, readConfig } from '../platform/config/config.ts'
import { refuseArguments, runCommand } from './command.ts'

const USAGE = `npm run config
Prints every variable with its meaning, default and present value. Ends with 1 where they do not hold.`

runCommand(USAGE, (args) => {
  refuseArguments(USAGE, args)
  console.log(describeConfig(process.env))
  try {
    readConfig(process.env)
  } catch (error) {
    console.error(`\n${(error as Error).message}`)
    process.exitCode = 1
  }
})
