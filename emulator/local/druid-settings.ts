import path from "node:path";
import { LOOPBACK } from "./ports";

export type Properties = Record<string, string | number | boolean>;

export const DRUID_PORTS = ["zookeeper", "coordinator", "broker", "historical", "indexer", "router", "derby"] as const;
export type DruidPorts = Record<(typeof DRUID_PORTS)[number], number>;

/** Settings of each role, by the names of their files. They make a start and a hand-over of segments quick. */
export function druidSettings(folder: string, ports: DruidPorts): Record<string, Properties> {
    const inFolder = (name: string) => path.join(folder, name);
    const cache = (name: string, maxSize: string) => JSON.stringify([{ path: inFolder(name), maxSize }]);
    return {
        zookeeper: { port: ports.zookeeper },
        common: {
            "druid.host": LOOPBACK,
            // Without it Druid listens on all addresses, and it has no authentication here.
            "druid.bindOnHost": true,
            "druid.extensions.loadList": "[]",
            "druid.extensions.searchCurrentClassloader": true,
            "druid.startup.logging.logProperties": false,
            "druid.zk.service.host": `${LOOPBACK}:${ports.zookeeper}`,
            "druid.zk.paths.base": "/druid",
            "druid.metadata.storage.type": "derby",
            "druid.metadata.storage.connector.host": LOOPBACK,
            "druid.metadata.storage.connector.port": ports.derby,
            "druid.metadata.storage.connector.connectURI": `jdbc:derby://${LOOPBACK}:${ports.derby}/${inFolder("metadata")};create=true`,
            "druid.storage.type": "local",
            "druid.storage.storageDirectory": inFolder("segments"),
            "druid.indexer.logs.type": "file",
            "druid.indexer.logs.directory": inFolder("task-logs"),
            "druid.emitter": "noop",
            "druid.monitoring.monitors": "[]",
            "druid.selectors.indexing.serviceName": "druid/overlord",
            "druid.selectors.coordinator.serviceName": "druid/coordinator",
            "druid.server.http.numThreads": 20,
            "druid.server.http.gracefulShutdownTimeout": "PT1S",
            "druid.global.http.numMaxThreads": 20,
            "druid.processing.numThreads": 1,
            "druid.processing.numMergeBuffers": 2,
            "druid.processing.buffer.sizeBytes": "16MiB",
            "druid.lookup.enableLookupSyncOnStartup": false,
            "druid.sql.enable": true,
            "druid.javascript.enabled": false,
        },
        coordinator: {
            "druid.service": "druid/coordinator",
            "druid.plaintextPort": ports.coordinator,
            "druid.coordinator.asOverlord.enabled": true,
            "druid.coordinator.asOverlord.overlordService": "druid/overlord",
            "druid.coordinator.startDelay": "PT1S",
            "druid.coordinator.period": "PT5S",
            "druid.coordinator.period.indexingPeriod": "PT30S",
            "druid.manager.segments.pollDuration": "PT5S",
            "druid.manager.rules.pollDuration": "PT5S",
            "druid.manager.config.pollDuration": "PT5S",
            "druid.indexer.queue.startDelay": "PT0S",
            "druid.indexer.queue.restartDelay": "PT5S",
            "druid.indexer.runner.type": "httpRemote",
            "druid.indexer.runner.syncRequestTimeout": "PT30S",
            "druid.indexer.storage.type": "metadata",
        },
        broker: {
            "druid.service": "druid/broker",
            "druid.plaintextPort": ports.broker,
            "druid.sql.planner.metadataRefreshPeriod": "PT5S",
            "druid.sql.planner.awaitInitializationOnStart": false,
            "druid.broker.http.numConnections": 10,
            "druid.broker.cache.useCache": false,
            "druid.broker.cache.populateCache": false,
        },
        historical: {
            "druid.service": "druid/historical",
            "druid.plaintextPort": ports.historical,
            "druid.segmentCache.locations": cache("segment-cache", "10g"),
            "druid.server.maxSize": "10g",
            "druid.historical.cache.useCache": false,
            "druid.historical.cache.populateCache": false,
        },
        indexer: {
            "druid.service": "druid/indexer",
            "druid.plaintextPort": ports.indexer,
            // A job without a free slot reads nothing and looks healthy; publishing tasks hold slots as well.
            "druid.worker.capacity": 40,
            "druid.worker.numConcurrentMerges": 2,
            "druid.worker.globalIngestionHeapLimitBytes": 200_000_000,
            "druid.indexer.task.baseDir": inFolder("task"),
            "druid.indexer.task.baseTaskDir": inFolder("task/work"),
            "druid.indexer.task.restoreTasksOnRestart": true,
            "druid.indexer.task.gracefulShutdownTimeout": "PT10S",
            "druid.segmentCache.locations": cache("indexer-cache", "1g"),
            "druid.segment.handoff.pollDuration": "PT2S",
        },
        router: {
            "druid.service": "druid/router",
            "druid.plaintextPort": ports.router,
            "druid.router.defaultBrokerServiceName": "druid/broker",
            "druid.router.coordinatorServiceName": "druid/coordinator",
            "druid.router.managementProxy.enabled": true,
            "druid.router.http.numConnections": 20,
            "druid.router.http.numMaxThreads": 20,
        },
    };
}
