import type { Resource } from "../engine/resource";
import { describeAdoption } from "../named-object/adopt";
import { NamedObject } from "../named-object/named-object";
import { namedConnection } from "./named-connection";
import type { ConnectionFacts, ConnectionInputs, ConnectionType } from "./connection-type";
import { deleteOwnConnection } from "./delete";
import { describeConnectionReplacement, describeConnectionStep } from "./impact";
import { planConnection } from "./plan";
import type { ConnectionStep } from "./plan";
import { readOwnConnection } from "./read";
import { testDestination } from "./test-connection";

type ConnectionResource = Resource<ConnectionInputs, ConnectionFacts, ConnectionStep>;

/** Makes a type of connection into a resource: the life that all connections share (Connections v1). */
export function defineConnection(type: ConnectionType): ConnectionResource {
    const { noun, object, schema, problems, warnings, normalize, secrets } = type;
    const kind = namedConnection(type);
    return {
        noun,
        objectNoun: kind.objectNoun,
        permission: "ManageConnections",
        schema,
        problems,
        warnings,
        replaceOnChanges: ["name"],
        localArguments: Object.keys(schema.shape).filter((name) => !(name in object.shape)),
        secrets,
        normalize,
        idOf: ({ name }) => name,
        objectOf: kind.objectOf,
        needs: () => [],
        plan: (...args) => planConnection(type, ...args),
        describe: (...args) => describeConnectionStep(type, ...args),
        describeReplacement: (cause, _state, inputs) => describeConnectionReplacement(type, cause, inputs),
        createNotes: () => [],
        describeAdoption: ({ client }, inputs) => describeAdoption(kind, client, inputs),
        async create(context, inputs) {
            await new NamedObject(kind, context).createOrAdopt(inputs);
            await testDestination(type, context, inputs);
        },
        read: (...args) => readOwnConnection(type, ...args),
        async run(context, steps, state, inputs) {
            await new NamedObject(kind, context).runSteps(steps, state, inputs);
            if (steps.some((step) => step.kind === "test")) await testDestination(type, context, inputs);
        },
        delete: (...args) => deleteOwnConnection(type, ...args),
    };
}
