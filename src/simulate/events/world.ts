import { randomStream, type RandomStream } from "../../stats/random-stream.ts";
import type { Distribution } from "../distribution.ts";
import type { Recorder } from "../recorder.ts";
import { Sampler } from "../sampler.ts";
import { type RequestStreams, requestStreams } from "../request-streams.ts";
import type { Scenario } from "../scenario.ts";
import { Connections, Node } from "./node.ts";
import type { Part } from "./part.ts";
import { SharedStation } from "./shared-station.ts";
import { type IdleStalls, QueueStation, type Station } from "./station.ts";
import type { Timeline } from "./timeline.ts";

/** What every part of the simulated cluster shares: the scenario, time, chance, the network, and who writes it down. */
export class World {
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly recorder: Recorder;
  readonly requests: RequestStreams;
  readonly #streams = new Map<string, RandomStream>();
  readonly #samplers = new Map<Distribution, Sampler>();

  constructor(scenario: Scenario, timeline: Timeline, recorder: Recorder) {
    this.scenario = scenario;
    this.timeline = timeline;
    this.recorder = recorder;
    this.requests = requestStreams(scenario);
  }

  /** Chance for one purpose. */
  stream(name: string): RandomStream {
    const found = this.#streams.get(name);
    if (found !== undefined) return found;
    const made = randomStream(this.scenario.seed, name);
    this.#streams.set(name, made);
    return made;
  }

  draw(distribution: Distribution, stream: string): number {
    const found = this.#samplers.get(distribution);
    if (found !== undefined) return found.draw(this.stream(stream));
    const made = new Sampler(distribution);
    this.#samplers.set(distribution, made);
    return made.draw(this.stream(stream));
  }

  /** One way between a client and a node. */
  clientWay(region: number, node: Node): number {
    const { clients } = this.scenario;
    return this.draw(clients.delay, "network") + this.wayBetween(region, node.region);
  }

  /** What a message takes more when it crosses regions. */
  wayBetween(from: number, to: number): number {
    const { regions } = this.scenario.cluster;
    return regions === undefined ? 0 : this.draw(regions.between[from]![to]!, "network");
  }

  /** The nodes of a shard. */
  nodesOf(shard: number): Node[] {
    return Array.from({ length: this.scenario.cluster.replicas + 1 }, (_, index) => this.#nodeOf(shard, index));
  }

  #nodeOf(shard: number, index: number): Node {
    const { cluster } = this.scenario;
    const stations = cluster.stations.map(({ servers }, at) => this.#stationOf(shard, index, at, servers));
    const { applyThreads } = cluster.replication;
    return new Node({
      timeline: this.timeline,
      recorder: this.recorder,
      shard,
      index,
      region: cluster.regions === undefined ? 0 : index % cluster.regions.names.length,
      stations,
      applier:
        applyThreads === "shared"
          ? stations[0]!
          : new QueueStation(this.#settings(shard, index, stations.length, applyThreads, Infinity)),
      connections: new Connections(cluster.connections.limit, cluster.connections.queue),
    });
  }

  #stationOf(shard: number, index: number, at: number, servers: number): Station {
    const { cluster } = this.scenario;
    const settings = this.#settings(shard, index, at, servers, cluster.queue);
    if (cluster.discipline === "processor-sharing") return new SharedStation(settings);
    const station = new QueueStation(settings, this.#idleStalls(shard, index, at, servers));
    if (cluster.stalls?.when === "any") this.#stallAtTimes(station, shard, index, at);
    return station;
  }

  #settings(shard: number, index: number, at: number, servers: number, queueLimit: number) {
    const place = this.recorder.placeOf(shard, index, at);
    return { timeline: this.timeline, recorder: this.recorder, place, servers, queueLimit };
  }

  #idleStalls(shard: number, index: number, at: number, servers: number): IdleStalls | undefined {
    const { stalls } = this.scenario.cluster;
    if (stalls?.when !== "idle" || servers === Infinity) return undefined;
    return { lasts: new Sampler(stalls.lasts), random: this.stream(`stalls ${shard} ${index} ${at}`) };
  }

  /** All servers of the station stand still for a while, again and again. */
  #stallAtTimes(station: Station, shard: number, index: number, at: number): void {
    const { stalls } = this.scenario.cluster;
    if (stalls?.when !== "any") return;
    const stream = `stalls ${shard} ${index} ${at}`;
    const next = (): void => {
      this.timeline.after(this.draw(stalls.every, stream), () => {
        station.freeze();
        this.timeline.after(this.draw(stalls.lasts, stream), () => {
          station.thaw();
          next();
        });
      });
    };
    next();
  }

  /** The stages of an operation with their service times. */
  stagesOf(operation: number): Part["stages"] {
    const draws = this.requests.service[operation]!;
    return this.scenario.operations[operation]!.stages.map(({ station }, stage) => ({
      station,
      service: draws[stage]!.next(),
    }));
  }
}
