import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDefinition, ConfigType } from './definition.ts'
import { shownValue } from './shown-value.ts'

const shown = (type: ConfigType, value: string): string => {
  const definition: ConfigDefinition = {
    name: 'x',
    type,
    defaultValue: null,
    scope: 'cluster-wide',
    documentation: ''
  }
  return shownValue(definition, value)
}

test('values are shown as Java prints them', () => {
  assert.equal(shown('double', '1e-1'), '0.1')
  assert.equal(shown('double', '1'), '1.0')
  assert.equal(shown('double', '0.0005'), '5.0E-4')
  assert.equal(shown('boolean', ' TRUE'), 'true')
  assert.equal(shown('long', '+007'), '7')
  assert.equal(shown('int', '-1'), '-1')
  assert.equal(shown('list', ' compact,delete'), 'compact,delete')
})
