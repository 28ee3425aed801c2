import type { Context, Resource } from "../engine/resource";
import { describeAdoption } from "./adopt";
import type { ConnectionFacts, ConnectionInputs, ConnectionType } from "./connection-type";
import { createOrAdopt } from "./create";
import { deleteOwnConnection } from "./delete";
import { describeConnectionReplacement, describeConnectionStep } from "./impact";
import { planConnection } from "./plan";
import type { ConnectionStep } from "./plan";
import { readOwnConnection } from "./read";
import { runConnectionSteps } from "./run";
import { testDestination } from "./test-connection";

export type ConnectionResource = Resource<ConnectionInputs, ConnectionFacts, ConnectionStep>;

/** Makes a type of connection into a resource: the life that all connections share (Connections v1). */
export function defineConnection(type: ConnectionType): ConnectionResource {
    const { noun, object, schema, problems, warnings, normalize, secrets } = type;
    const within = <C extends Partial<Context<ConnectionInputs, ConnectionFacts>>>(context: C) => ({
        ...context,
        type,
    });
    return {
        noun,
        objectNoun: "connection",
        permission: "ManageConnections",
        schema,
        problems,
        warnings,
        replaceOnChanges: ["name"],
        localArguments: Object.keys(schema.shape).filter((name) => !(name in object.shape)),
        secrets,
        normalize,
        idOf: ({ name }) => name,
        objectOf: ({ submittedOnTimestamp }) =>
            submittedOnTimestamp === undefined ? undefined : Date.parse(submittedOnTimestamp),
        plan: (...args) => planConnection(type, ...args),
        describe: (...args) => describeConnectionStep(type, ...args),
        describeReplacement: (cause, _state, inputs) => describeConnectionReplacement(type, cause, inputs),
        createNotes: () => [],
        describeAdoption: (context, inputs) => describeAdoption(within(context), inputs),
        async create(context, inputs) {
            await createOrAdopt(within(context), inputs);
            await testDestination(within(context), inputs);
        },
        read: (context, ...args) => readOwnConnection(within(context), ...args),
        run: (context, steps, state, inputs) => runConnectionSteps(within(context), steps, state, inputs),
        delete: (context, state) => deleteOwnConnection(within(context), state),
    };
}
