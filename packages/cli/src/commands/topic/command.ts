/** `naru topic`: its subcommands. */
import type { Configure } from '../../program.ts'
import { configureAlter } from './alter.ts'
import { configureCreate } from './create.ts'
import { configureDelete } from './delete.ts'
import { configureDescribe } from './describe.ts'
import { configureList } from './list.ts'

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  const add = (name: string, description: string, part: Configure): void =>
    part(command.command(name).description(description), setting)
  command.helpCommand(false)
  add('create', messages.text('topic.create.description'), configureCreate)
  add('list', messages.text('topic.list.description'), configureList)
  add('describe', messages.text('topic.describe.description'), configureDescribe)
  add('alter', messages.text('topic.alter.description'), configureAlter)
  add('delete', messages.text('topic.delete.description'), configureDelete)
}
