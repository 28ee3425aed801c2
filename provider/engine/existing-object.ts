import { canBeOurs } from "../identity/identity";

/** What to do about an object that exists already, the likeliest cause first. None of it ends what runs. */
export function adviceForExisting(
    creator: string | null | undefined,
    ownUser: string | undefined,
    identity: string,
): { cure: string; details: string[] } {
    const takeOver = `choose another ${identity}, or set adopt: true to take it over`;
    if (!canBeOurs(creator, ownUser)) return { cure: takeOver, details: [] };
    return {
        cure: `if this resource was renamed or moved, give it \`aliases\`; else ${takeOver}`,
        details: [
            "from another stack: `pulumi state move`; tainted: `pulumi state untaint`; under `--replace`: run `pulumi up` without it; left by an interrupted `pulumi up`: adopt: true",
        ],
    };
}
