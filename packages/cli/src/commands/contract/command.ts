/** `naru contract`: what services have agreed on. */
import type { Configure } from '../../program.ts'
import { configureCheck } from './check.ts'
import { configureDiff } from './diff.ts'
import { configureList } from './list.ts'

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  const add = (name: string, description: string, part: Configure): void =>
    part(command.command(name).description(description), setting)
  command.helpCommand(false)
  add('list', messages.text('contract.list.description'), configureList)
  add('check', messages.text('contract.check.description'), configureCheck)
  add('diff', messages.text('contract.diff.description'), configureDiff)
}
