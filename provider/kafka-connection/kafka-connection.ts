import type { Resource } from "../engine/resource";
import type { Properties } from "../values/json";
import { isUnknown, unknown } from "../values/unknown";
import { describeAdoption } from "./adopt";
import { brokersOf } from "./brokers/brokers";
import { createOrAdopt } from "./create";
import { deleteOwnConnection } from "./delete";
import { describeConnectionReplacement, describeConnectionStep } from "./impact";
import { secretPaths } from "./mapping";
import type { ConnectionFacts } from "./mapping";
import { planConnection } from "./plan";
import type { ConnectionStep } from "./plan";
import { readOwnConnection } from "./read";
import { runConnectionSteps } from "./run";
import { kafkaConnection as object, kafkaConnectionInputs as schema } from "./schema";
import { kafkaConnectionProblems, kafkaConnectionWarnings } from "./schema";
import type { KafkaConnectionInputs } from "./schema";
import { testTopic } from "./test-connection";

/** A list of brokers becomes the API's text: outputs are inputs in previews, and have to have one type. */
function normalize(given: Properties): Properties {
    const { bootstrapServers } = given;
    if (isUnknown(bootstrapServers)) return given;
    const entries = brokersOf(
        Array.isArray(bootstrapServers) ? bootstrapServers.map(String) : String(bootstrapServers),
    );
    return { ...given, bootstrapServers: entries.some(isUnknown) ? unknown : entries.join(",") };
}

/** A connection of type `kafka` (Connections v1). */
export const kafkaConnection: Resource<KafkaConnectionInputs, ConnectionFacts, ConnectionStep> = {
    noun: "KafkaConnection",
    objectNoun: "connection",
    permission: "ManageConnections",
    schema,
    problems: kafkaConnectionProblems,
    warnings: kafkaConnectionWarnings,
    replaceOnChanges: ["name"],
    localArguments: Object.keys(schema.shape).filter((name) => !(name in object.shape)),
    secrets: secretPaths,
    normalize,
    idOf: ({ name }) => name,
    objectOf: ({ submittedOnTimestamp }) =>
        submittedOnTimestamp === undefined ? undefined : Date.parse(submittedOnTimestamp),
    plan: planConnection,
    describe: describeConnectionStep,
    describeReplacement: describeConnectionReplacement,
    createNotes: () => [],
    describeAdoption,
    async create(context, inputs) {
        await createOrAdopt(context, inputs);
        await testTopic(context, inputs);
    },
    read: readOwnConnection,
    run: runConnectionSteps,
    delete: deleteOwnConnection,
};
