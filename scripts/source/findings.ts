// What a check found, where, and how it is printed. A finding always says what to do instead.
export interface Finding {
  readonly file: string
  readonly line: number
  readonly message: string
  /** A warning is printed and does not fail the check. */
  readonly warning?: boolean
}

export function printFindings(check: string, findings: readonly Finding[], fileCount: number): number {
  for (const finding of findings.toSorted(byPlace)) {
    const label = finding.warning === true ? 'warning: ' : ''
    console.log(`${finding.file}:${finding.line} ${label}${finding.message}`)
  }
  const failures = findings.filter((finding) => finding.warning !== true).length
  const warnings = findings.length - failures
  console.log(`${check}: ${fileCount} files, ${failures} findings, ${warnings} warnings`)
  return failures === 0 ? 0 : 1
}

function byPlace(left: Finding, right: Finding): number {
  return left.file === right.file ? left.line - right.line : left.file < right.file ? -1 : 1
}
