import type { Declaration } from "../../provider/engine/declarations";
import { changeBetween } from "../../provider/engine/changes";
import type { Change, Declared, Resource, State } from "../../provider/engine/resource";
import { kafka } from "../../provider/kafka-connection/kafka-connection";

type Properties = Record<string, unknown>;

interface Plan<Step> {
    readonly change: Change;
    /** The argument that has the object replaced; nothing else is planned then. */
    readonly cause: string | undefined;
    readonly steps: readonly { readonly step: Step; readonly sentences: readonly string[] }[];
}

/** A connection to Kafka as a program declares it. */
export const declarationOf = (olds: Properties, inputs: Properties): Declaration => ({ olds, inputs, rules: kafka });

const undeclared: Declared = () => undefined;

/** What is planned for a resource of this state and these arguments, with what a preview says of each step. */
export function planOf<Inputs extends Properties, Facts extends Properties, Step>(
    resource: Resource<Inputs, Facts, Step>,
    olds: Properties,
    news: Properties,
    declared = undeclared,
): Plan<Step> {
    const [state, inputs] = [olds as State<Inputs, Facts>, news as Inputs];
    const change = changeBetween(resource, olds, news, declared);
    const cause = resource.replaceOnChanges.find((name) => change.names.includes(name));
    const steps = cause === undefined ? resource.plan(state, inputs, change) : [];
    return {
        change,
        cause,
        steps: steps.map((step) => ({ step, sentences: resource.describe(step, state, inputs, change) })),
    };
}

/** What a preview says. */
export function sentencesOf<Inputs extends Properties, Facts extends Properties, Step>(
    resource: Resource<Inputs, Facts, Step>,
    olds: Properties,
    news: Properties,
    declared = undeclared,
): string[] {
    const { cause, steps } = planOf(resource, olds, news, declared);
    if (cause !== undefined) return [resource.describeReplacement(cause, olds as State<Inputs, Facts>, news as Inputs)];
    return steps.flatMap(({ sentences }) => sentences);
}
