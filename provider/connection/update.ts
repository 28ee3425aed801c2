import { updateConnection } from "../api/connections";
import type { Connection } from "../api/connections";
import { ApiError, RequestError } from "../api/errors";
import { explain } from "../engine/error-messages";
import { Failure } from "../engine/errors";
import type { Recorded } from "../engine/resource";
import type { Known, NamedContext, NamedFacts, Write } from "../named-object/named-kind";
import type { Properties } from "../values/json";
import type { ConnectionInputs, ConnectionType } from "./connection-type";
import { clearedPaths, differences, factsOf, patchBody } from "./mapping";

/** The effect of a `null` is not documented: Imply Polaris may keep the member, or refuse the whole change. */
const notCleared = (happened: string, paths: readonly string[], details: readonly string[] = []) =>
    new Failure(
        "PolarisConnectionNotUpdated",
        happened,
        `give ${paths.join(", ")} a value, or declare the connection under another name, which replaces it`,
        details,
    );

/** `openFacts` is what the state records where it is not known whether the write was carried out. */
async function patch(
    { client, saveState }: NamedContext<ConnectionInputs>,
    name: string,
    body: Properties,
    openFacts: Partial<NamedFacts & Recorded>,
): Promise<Connection | undefined> {
    const cleared = clearedPaths(body);
    try {
        return await updateConnection(client, name, body);
    } catch (error) {
        if (error instanceof RequestError && error.isAmbiguous) saveState(openFacts);
        if (!(error instanceof ApiError) || error.status !== 400 || cleared.length === 0) throw error;
        const { happened, details } = explain(error, { operation: "update", permission: "ManageConnections" });
        throw notCleared(`${happened}, which clears ${cleared.join(", ")}`, cleared, details);
    }
}

/** Sends what is to be written and differs, and checks that the connection shows it. */
export async function updateWhatDiffers(
    type: ConnectionType,
    context: NamedContext<ConnectionInputs>,
    write: Write,
    inputs: ConnectionInputs,
    known: Known<ConnectionInputs>,
    found: Connection,
): Promise<Connection | undefined> {
    const { client, log, saveState } = context;
    const body = patchBody(type, write, inputs, known, found);
    if (!body) return found;
    // An adoption has nothing in state yet by which the next update knows the connection.
    const identity = known.submittedOnTimestamp === undefined ? factsOf(found, client) : {};
    const answer = await patch(context, inputs.name, body, { ...identity, owed: write.names });
    if (!answer) return undefined;
    const cleared = clearedPaths(body);
    for (const { clearedNote } of Object.values(type.inParts)) {
        const note = clearedNote(cleared);
        if (note !== undefined) log(note);
    }
    const differing = differences(type, answer, inputs).filter((name) => write.names.includes(name));
    if (differing.length === 0) return answer;
    saveState({ ...factsOf(answer, client), owed: differing });
    const uncleared = cleared.filter((path) => differing.includes(path.split(".")[0] ?? ""));
    if (uncleared.length > 0) {
        throw notCleared(`Imply Polaris accepted the change but did not clear ${uncleared.join(", ")}`, uncleared);
    }
    throw new Failure(
        "PolarisConnectionNotUpdated",
        `Imply Polaris accepted the change but shows another ${differing.join(", ")}`,
        "run `pulumi refresh` and `pulumi up` again, or replace the connection under another name",
    );
}
