/**
 * `npm run config`: prints every variable with its meaning, default and present value; exits with 1 if one is invalid.
 */
import { describeConfig, readConfig } from '../platform/config/config.ts'
import { refuseArguments, runCommand } from './command.ts'

const USAGE = `npm run config
Prints every variable with its meaning, default and present value. Exits with 1 if one is invalid.`

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
