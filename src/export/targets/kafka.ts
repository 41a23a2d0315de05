import type { ExportRequest, Exported, Gap } from "../exported.ts";
import { shellComment, shellWord } from "../shell.ts";

/** https://kafka.apache.org/documentation/#basic_ops_add_topic */
export function exportKafka({ design, sharded, reference, unsharded }: ExportRequest): Exported {
  const gaps: Gap[] = [
    ...sharded.map(({ name, shardKey }) => ({
      table: name,
      what: `send each record with ${shardKey[0]!} as its key, as text`,
    })),
    ...reference.map(({ name }) => ({
      table: name,
      what: "a topic is not copied to every consumer; read it as a global table (one partition, compacted)",
    })),
  ];
  const create = (name: string, partitions: number, more = "") =>
    `kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --create --topic ${shellWord(name)} --partitions ${partitions}${more}`;
  const lines = [
    shellComment("Kafka: BOOTSTRAP=host:9092 sh topics.sh"),
    'set -eu; : "${BOOTSTRAP:?the address of a broker}"',
    ...sharded.map(({ name }) => create(name, design.shards.length)),
    ...reference.map(({ name }) => create(name, 1, " --config cleanup.policy=compact")),
    ...unsharded.map(({ name }) => create(name, 1)),
  ];
  return { files: [{ name: "topics.sh", text: `${lines.join("\n")}\n` }], gaps };
}
