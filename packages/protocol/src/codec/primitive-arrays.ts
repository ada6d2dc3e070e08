/** Arrays of primitives, as the generated codec reads and writes them. */
import type { Reader, Writer } from '@naru/base'

export function readInt8s(reader: Reader, flexible: boolean): number[] {
  const count = reader.arrayLength(flexible, 1)
  const list: number[] = []
  for (let i = 0; i < count; i++) list.push(reader.int8())
  return list
}

export function writeInt8s(writer: Writer, list: readonly number[], flexible: boolean): void {
  writer.arrayLength(list.length, flexible)
  for (const value of list) writer.int8(value)
}

export function readInt16s(reader: Reader, flexible: boolean): number[] {
  const count = reader.arrayLength(flexible, 2)
  const list: number[] = []
  for (let i = 0; i < count; i++) list.push(reader.int16())
  return list
}

export function writeInt16s(writer: Writer, list: readonly number[], flexible: boolean): void {
  writer.arrayLength(list.length, flexible)
  for (const value of list) writer.int16(value)
}

export function readInt32s(reader: Reader, flexible: boolean): number[] {
  const count = reader.arrayLength(flexible, 4)
  const list: number[] = []
  for (let i = 0; i < count; i++) list.push(reader.int32())
  return list
}

export function writeInt32s(writer: Writer, list: readonly number[], flexible: boolean): void {
  writer.arrayLength(list.length, flexible)
  for (const value of list) writer.int32(value)
}

export function readInt64s(reader: Reader, flexible: boolean): number[] {
  const count = reader.arrayLength(flexible, 8)
  const list: number[] = []
  for (let i = 0; i < count; i++) list.push(reader.int64())
  return list
}

export function writeInt64s(writer: Writer, list: readonly number[], flexible: boolean): void {
  writer.arrayLength(list.length, flexible)
  for (const value of list) writer.int64(value)
}

export function readStrings(reader: Reader, flexible: boolean): string[] {
  const count = reader.arrayLength(flexible, 1)
  const list: string[] = []
  for (let i = 0; i < count; i++) list.push(reader.string(flexible))
  return list
}

export function writeStrings(writer: Writer, list: readonly string[], flexible: boolean): void {
  writer.arrayLength(list.length, flexible)
  for (const value of list) writer.string(value, flexible)
}

export function readNullableInt32s(reader: Reader, flexible: boolean): number[] | null {
  const count = reader.nullableArrayLength(flexible, 4)
  if (count < 0) return null
  const list: number[] = []
  for (let i = 0; i < count; i++) list.push(reader.int32())
  return list
}

export function writeNullableInt32s(writer: Writer, list: readonly number[] | null, flexible: boolean): void {
  if (list === null) writer.arrayLength(-1, flexible)
  else writeInt32s(writer, list, flexible)
}

export function readNullableStrings(reader: Reader, flexible: boolean): string[] | null {
  const count = reader.nullableArrayLength(flexible, 1)
  if (count < 0) return null
  const list: string[] = []
  for (let i = 0; i < count; i++) list.push(reader.string(flexible))
  return list
}

export function writeNullableStrings(
  writer: Writer,
  list: readonly string[] | null,
  flexible: boolean
): void {
  if (list === null) writer.arrayLength(-1, flexible)
  else writeStrings(writer, list, flexible)
}
