/**
 * What strangers wrote into records, names and configs must not reach a terminal as commands: escape sequences can
 * retitle windows, hide text or paste input.
 */

// C0 without tab, DEL, C1, and the marks that reorder or hide text (bidirectional controls, zero width).
/* oxlint-disable eslint/no-control-regex -- control characters are what this is about */
const CONTROLS =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** The text with each control character as a visible escape (`\x1b`, `\u202e`); tabs become spaces. */
export function withoutControls(text: string): string {
  return text.replaceAll('\t', ' ').replace(CONTROLS, visible)
}

function visible(character: string): string {
  switch (character) {
    case '\n':
      return '\\n'
    case '\r':
      return '\\r'
    default: {
      const code = character.charCodeAt(0)
      return code < 0x100
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u${code.toString(16).padStart(4, '0')}`
    }
  }
}
