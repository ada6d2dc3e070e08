// Kafka's command line tools, run inside the JVM that the matrix keeps.

import { kafkaTools, type KafkaTool } from '../kafka/index.ts'
import type { Context } from './context.ts'

export interface ToolResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface ToolCall {
  readonly tool: KafkaTool
  readonly args: readonly string[]
  readonly stdin?: string
}

/** Runs a tool whatever its exit code. */
export async function runTool(context: Context, { tool, args, stdin = '' }: ToolCall): Promise<ToolResult> {
  const command = { class: kafkaTools[tool], args, stdin }
  return (await context.java.request('tool', command, 60_000)) as unknown as ToolResult
}

/** Runs a tool that must succeed and returns what it printed. */
export async function toolOutput(context: Context, call: ToolCall): Promise<string> {
  const result = await runTool(context, call)
  if (result.code === 0) return result.stdout
  throw new Error(
    `${call.tool} ${call.args.join(' ')}: exit ${result.code} ${result.stderr}${result.stdout}`.slice(0, 1500)
  )
}
