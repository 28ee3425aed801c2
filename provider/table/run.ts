import { attemptsIn } from "../engine/unconfirmed";
import { createOrAdopt, findUnconfirmed } from "./create";
import { factsOf } from "./mapping";
import type { TableContext, TableState } from "./mapping";
import type { TableStep } from "./plan";
import type { TableInputs } from "./schema";
import { writeTable } from "./update";

/** Runs the steps of a plan. */
export async function runTableSteps(
    context: TableContext,
    steps: readonly TableStep[],
    state: TableState,
    inputs: TableInputs,
): Promise<void> {
    let current = state;
    for (const step of steps) {
        if (step.kind === "confirm") {
            const attempts = attemptsIn(state);
            const found = attempts && (await findUnconfirmed(context, state, attempts));
            if (!found) return createOrAdopt(context, inputs, attempts);
            current = { ...state, ...factsOf(found) };
            context.saveState({ ...factsOf(found), unconfirmed: undefined }, state);
        } else if (step.kind === "update") {
            context.saveState({
                ...factsOf(await writeTable(context, step, inputs, current)),
                seenOnTimestamp: undefined,
            });
        }
    }
}
