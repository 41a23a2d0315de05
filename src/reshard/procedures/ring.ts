import { cited, numberOf, type Change, type Procedure } from "../procedure.ts";
import { applicationMove } from "./application.ts";

/** Cassandra and ScyllaDB: nodes join and leave one after the other, and stream the ranges that they take over. */
export const ringProcedure =
  (system: "cassandra" | "scylladb") =>
  (change: Change): Procedure => {
    if (change.target || change.keys || change.strategy)
      return applicationMove("another partition key or system, by the application", "everything");
    const grows = change.to > change.from;
    return {
      title: system === "cassandra" ? "Cassandra bootstrap and cleanup" : "ScyllaDB bootstrap and cleanup",
      copies: "moved",
      steps: [
        {
          action: "repair the keyspaces, so that what is streamed is what was written",
          check: "nodetool status: all nodes UN, one schema version",
          back: "nothing has been changed",
        },
        {
          action: grows ? "start the new nodes, one after the other" : "nodetool decommission on each node that goes",
          check: grows ? "nodetool netstats, then UN in nodetool status" : "the node is gone from nodetool status",
          back: grows ? "stop it while it joins and clear its data; later: nodetool decommission" : "bootstrap it anew",
        },
        {
          action: grows ? "nodetool cleanup on every old node" : "nothing to clean: the leaving node handed over",
          check: "nodetool status: Load and Owns are about the predicted shares",
          back: "none: what cleanup dropped is on the new owners",
        },
      ],
      pause: { text: "none: writes go to old and new owners while ranges are pending" },
      ...(system === "cassandra" && {
        rate: {
          bytesPerSecond: numberOf("cassandra", "stream_throughput_outbound") * 1_048_576,
          fact: cited("cassandra", "stream_throughput_outbound"),
        },
      }),
      facts: [
        cited(system, "mechanism"),
        ...(system === "cassandra" ? [cited("cassandra", "streaming_connections_per_host")] : []),
      ],
    };
  };
