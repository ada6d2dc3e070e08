/** The scripts that come with an export: one creates the topics in a running Kafka, one puts the data into a stopped one. */
import type { HandOver, HandedTopic } from '@naru/storage/hand-over'

/** Settings that only Naru knows. */
const OWN_SETTINGS = /^naru\./

export function createTopicsScript({ topics }: HandOver): string {
  const lines = [
    '#!/bin/sh',
    '# Creates the topics of this export in a fresh Apache Kafka that runs:',
    '#   create-topics.sh HOST:PORT',
    '# KAFKA_TOPICS names the tool when it is not on the path.',
    'set -eu',
    ': "${1:?usage: create-topics.sh HOST:PORT}"',
    'create() { "${KAFKA_TOPICS:-kafka-topics.sh}" --bootstrap-server "$server" --create --replication-factor 1 "$@"; }',
    'server=$1',
    ...topics.map(createLine)
  ]
  return `${lines.join('\n')}\n`
}

function createLine({ name, partitions, configs }: HandedTopic): string {
  const settings = [...configs].filter(([key]) => !OWN_SETTINGS.test(key))
  const flags = settings.map(([key, value]) => ` --config ${quoted(`${key}=${value}`)}`)
  return `create --topic ${quoted(name)} --partitions ${partitions.length}${flags.join('')}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Kafka skips the recovery of logs after a clean stop, and would then look for indexes that are not there. */
export function installScript(): string {
  return `#!/bin/sh
# Puts the data of this export into the log folder of an Apache Kafka that has the topics, is stopped, and has
# never taken a record:
#   install.sh LOG_DIR
set -eu
: "\${1:?usage: install.sh LOG_DIR}"
here=$(cd "$(dirname "$0")" && pwd)
for folder in "$here"/log/*/; do
  target=$1/$(basename "$folder")
  if [ ! -d "$target" ]; then
    echo "$target is not there: create the topics first (create-topics.sh), then stop Kafka" >&2
    exit 1
  fi
  if [ -n "$(find "$target" -name '*.log' -size +0)" ]; then
    echo "$target holds records already: nothing was changed" >&2
    exit 1
  fi
done
for folder in "$here"/log/*/; do
  target=$1/$(basename "$folder")
  rm -f "$target"/*.log "$target"/*.index "$target"/*.timeindex "$target"/*.txnindex "$target"/*.snapshot
  rm -f "$target"/leader-epoch-checkpoint
  cp "$folder"*.log "$target"/
done
cp "$here"/log/log-start-offset-checkpoint "$1"/
rm -f "$1"/.kafka_cleanshutdown
`
}
