"""The model of simulate.mjs in SimPy: two replicas and a quorum on 16 shards x 4 servers. Prints requests per second."""
import random
import sys
import time

import simpy

SHARDS, SERVERS, REPLICAS, ACKS = 16, 4, 2, 1
RATE, READS = 89.6, 0.8  # per millisecond
requests = int(sys.argv[1])
chance = random.Random(1)
reads, writes = [], []


def served(env, node, service):
    with node.request() as place:
        yield place
        yield env.timeout(service)


def read(env, node):
    began = env.now
    yield from served(env, node, chance.expovariate(1))
    reads.append(env.now - began)


def replicate(env, node, acknowledged):
    yield env.timeout(chance.expovariate(2))
    env.process(served(env, node, chance.expovariate(1)))
    yield env.timeout(chance.expovariate(2))
    acknowledged["missing"] -= 1
    if acknowledged["missing"] == 0:
        acknowledged["event"].succeed()


def write(env, nodes):
    began = env.now
    yield from served(env, nodes[0], chance.expovariate(1))
    acknowledged = {"missing": ACKS, "event": env.event()}
    for node in nodes[1:]:
        env.process(replicate(env, node, acknowledged))
    yield acknowledged["event"]
    writes.append(env.now - began)


def arrivals(env, shards):
    for _ in range(requests):
        yield env.timeout(chance.expovariate(RATE))
        nodes = shards[chance.randrange(SHARDS)]
        if chance.random() < READS:
            env.process(read(env, nodes[chance.randrange(REPLICAS + 1)]))
        else:
            env.process(write(env, nodes))


env = simpy.Environment()
shards = [[simpy.Resource(env, SERVERS) for _ in range(REPLICAS + 1)] for _ in range(SHARDS)]
started = time.perf_counter()
env.process(arrivals(env, shards))
env.run()
seconds = time.perf_counter() - started
reads.sort()
writes.sort()
print(simpy.__version__, requests / seconds, reads[len(reads) // 2], reads[len(reads) * 99 // 100], writes[len(writes) // 2])
