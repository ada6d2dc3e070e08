/** `naru group`: its subcommands. */
import type { Configure } from '../../program.ts'
import { configureDelete } from './delete.ts'
import { configureDescribe } from './describe.ts'
import { configureList } from './list.ts'
import { configureSeek } from './seek.ts'

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  const add = (name: string, description: string, part: Configure): void =>
    part(command.command(name).description(description), setting)
  command.helpCommand(false)
  add('list', messages.text('group.list.description'), configureList)
  add('describe', messages.text('group.describe.description'), configureDescribe)
  add('seek', messages.text('group.seek.description'), configureSeek)
  add('delete', messages.text('group.delete.description'), configureDelete)
}
