import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Reader, Writer } from '@naru/base'
import { ApiKey, apiKeyEntries } from './api-keys.ts'
import {
  apiKeyEntry,
  readRequestHeader,
  requestHeaderVersion,
  responseHeaderVersion,
  stableMaxVersion,
  writeRequestHeader
} from './headers.ts'
import { loadApiMessage } from './messages/index.ts'

describe('headers', () => {
  test('become flexible together with the body', () => {
    assert.deepEqual(
      [requestHeaderVersion(ApiKey.Fetch, 11), responseHeaderVersion(ApiKey.Fetch, 11)],
      [1, 0]
    )
    assert.deepEqual(
      [requestHeaderVersion(ApiKey.Fetch, 12), responseHeaderVersion(ApiKey.Fetch, 12)],
      [2, 1]
    )
  })

  test('of ApiVersions responses stay as they were, so that any client can read them', () => {
    assert.equal(requestHeaderVersion(ApiKey.ApiVersions, 4), 2)
    assert.equal(responseHeaderVersion(ApiKey.ApiVersions, 4), 0)
    assert.equal(requestHeaderVersion(ApiKey.ApiVersions, 99), 2)
  })

  test('of SaslHandshake are never flexible', () => {
    assert.deepEqual(
      [requestHeaderVersion(ApiKey.SaslHandshake, 1), responseHeaderVersion(ApiKey.SaslHandshake, 1)],
      [1, 0]
    )
  })

  test('of unknown APIs count as inflexible', () => {
    for (const key of [-1, 4, 93, 30_000]) assert.equal(requestHeaderVersion(key, 9), 1)
  })

  test('keep the classic length of the client id in flexible versions', () => {
    const header = { requestApiKey: 3, requestApiVersion: 12, correlationId: 7, clientId: 'ab' }
    const writer = new Writer()
    writeRequestHeader(writer, header, 2)
    const bytes = Buffer.from(writer.toBytes())
    assert.equal(bytes.toString('hex'), '0003000c000000070002616200')
    assert.deepEqual(readRequestHeader(new Reader(bytes), 2), header)
  })
})

describe('the table of APIs', () => {
  test('has the 77 of the broker listener and says the same as their codecs', async () => {
    assert.equal(apiKeyEntries.length, 77)
    for (const entry of apiKeyEntries) {
      const { key, name, minVersion, maxVersion, flexibleFrom, latestVersionUnstable, listeners } = entry
      const api = (await loadApiMessage(key))!
      assert.equal(apiKeyEntry(key), entry)
      assert.deepEqual(
        { key, name, minVersion, maxVersion, flexibleFrom, latestVersionUnstable, listeners },
        {
          key: api.key,
          name: api.name,
          minVersion: api.minVersion,
          maxVersion: api.maxVersion,
          flexibleFrom: api.flexibleFrom,
          latestVersionUnstable: api.latestVersionUnstable,
          listeners: api.listeners
        }
      )
    }
  })

  test('knows nothing of keys that the broker listener does not have', async () => {
    for (const key of [-1, 4, 52, 93]) {
      assert.equal(apiKeyEntry(key), undefined)
      assert.equal(await loadApiMessage(key), undefined)
    }
  })

  test('offers the highest version only when it is stable', () => {
    assert.equal(stableMaxVersion(apiKeyEntry(ApiKey.InitProducerId)!), 5)
    assert.equal(stableMaxVersion(apiKeyEntry(ApiKey.ListOffsets)!), 11)
  })
})
