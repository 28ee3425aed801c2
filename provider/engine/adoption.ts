import type { Client } from "../api/client";
import { MissingKeyError } from "../config";
import { hasUnknown } from "../values/unknown";
import type { Properties } from "../values/json";
import { explain } from "./error-messages";
import { Failure } from "./errors";
import type { Session } from "./session";

/** What a create does with the object that it adopts. The words are part of the plan, so that both say the same. */
export interface Adoption {
    readonly sentence: string;
}

/**
 * The end of the sentence where nothing is written: then the object carries no sign of a second owner. It fits an object
 * of no stack, of another one, and of an old entry of this one, which a create cannot tell apart.
 */
export const otherOwners =
    "if another stack has it, remove it there by `pulumi state delete` (or `pulumi up` with retainOnDelete) before it leaves that program; an old entry of this stack needs nothing";

/** What a replacement does not do to the old object, as where two resources exchange their names. */
export const unlessAdopted = "unless another resource of this program adopts it";

/** The plan of an adoption, or its refusal, as a preview prints it. */
export function adoptionText(plan: Adoption | Failure): string {
    if (!(plan instanceof Failure)) return plan.sentence;
    const { happened, cure, code, details } = plan;
    return [
        `\`pulumi up\` will refuse the create: ${happened}; ${cure}. [${code}]`,
        ...details.map((line) => `  ${line}`),
    ].join("\n");
}

/** The plan of an adoption; a refusal is thrown. */
export function assertAdopts<A extends Adoption>(plan: A | Failure): A {
    if (plan instanceof Failure) throw plan;
    return plan;
}

/** Whether the arguments ask for an adoption of an object that is known by now. */
export const asksForAdoption = (id: string, { adopt, projectId, project }: Properties): boolean =>
    (adopt === true || adopt === "unchanged") && !hasUnknown([id, projectId, project]);

interface Look {
    readonly permission: string;
    /** What a create will do, in words; sends reads only. */
    readonly describe: (client: Client) => Promise<string>;
    readonly print: (sentence: string) => void;
}

/**
 * Reports what a planned create will adopt. A preview does not need the answer: a look that fails is reported once for
 * the project, and is the last one there, as checks wait for each other.
 */
export async function reportAdoption(
    session: Session,
    inputs: Properties,
    { permission, describe, print }: Look,
): Promise<void> {
    const { projectId } = inputs;
    if (session.failedLooks.has(projectId)) return;
    try {
        print(await describe(session.clients.forLook(inputs)));
    } catch (error) {
        if (error instanceof MissingKeyError) return;
        session.failedLooks.add(projectId);
        const { code, happened } = explain(error, { operation: "check", permission });
        session.print(
            `warning: the preview could not look for what adopt will find, and continues without: ${happened} [${code}]`,
            projectId,
        );
    }
}
