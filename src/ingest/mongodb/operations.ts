import type { SkipReason } from "../entry.ts";

/** Databases of the server itself: what happens in them is not the application's. */
export const systemDatabases: ReadonlySet<string> = new Set(["admin", "config", "local"]);

/** Why an operation is no access of the application, by the command's name; undefined when it is one. */
export function reasonNotAccess(command: string): SkipReason | undefined {
  if (accesses.has(command)) return undefined;
  return otherCommands.has(command) ? `${command} command` : "command that neither reads nor writes documents by key";
}

/** Commands whose effect on documents is understood, or that end a transaction. */
const accesses: ReadonlySet<string> = new Set(
  `find aggregate count distinct update delete findAndModify findandmodify insert commitTransaction abortTransaction`.split(
    " ",
  ),
);

/**
 * Commands of drivers, monitoring, administration and replication by name, so that the reasons of a log are as many as
 * there are kinds of command and not as many as somebody may make up.
 */
const otherCommands: ReadonlySet<string> = new Set(
  `
    abortReshardCollection analyze analyzeShardKey applyOps authenticate autoCompact balancerStart balancerStatus
    balancerStop buildInfo buildinfo bulkWrite cleanupOrphaned clearJumboFlag cloneCollectionAsCapped collMod collStats
    collstats compact configureQueryAnalyzer connPoolStats connectionStatus convertToCapped coordinateCommitTransaction
    create createIndexes createRole createUser currentOp dataSize dbHash dbStats dbstats delete deleteIndexes drop
    dropDatabase dropIndexes dropUser endSessions enableSharding eval explain features filemd5 flushRouterConfig forceerror
    fsync fsyncUnlock geoNear geoSearch getCmdLineOpts getDefaultRWConcern getDiagnosticData getFreeMonitoringStatus
    getLastError getLog getMore getParameter getShardMap getShardVersion getlasterror grantRolesToUser group hello
    hostInfo internalQueryStats invalidateUserCache isMaster isdbgrid ismaster killAllSessions killCursors killOp
    killSessions listCollections listCommands listDatabases listIndexes listSearchIndexes listShards lockInfo logRotate
    logout mapReduce mapreduce moveChunk moveCollection movePrimary netstat ping planCacheClear planCacheListFilters
    prepareTransaction profile reIndex refineCollectionShardKey refreshSessions removeShard renameCollection
    replSetFreeze replSetGetConfig replSetGetRBID replSetGetStatus replSetHeartbeat replSetInitiate replSetReconfig
    replSetRequestVotes replSetStepDown replSetStepUp replSetSyncFrom replSetUpdatePosition reshardCollection
    resetError rolesInfo saslContinue saslStart serverStatus setDefaultRWConcern setFeatureCompatibilityVersion
    setParameter shardCollection shardingState shutdown split splitChunk splitVector startSession top updateUser
    usersInfo validate voteCommitImportCollection voteCommitIndexBuild whatsmyuri
  `
    .trim()
    .split(/\s+/),
);
