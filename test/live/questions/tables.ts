import { tablePath } from "../objects";
import type { Live } from "../live";
import { ruleQuestion, type Question } from "./question";

const definition = { type: "detail", schemaMode: "flexible" };

async function table(live: Live, more: object): Promise<Record<string, unknown>> {
    const name = live.name("sales");
    await live.need("POST", "/tables", { name, ...more });
    return live.need("GET", tablePath(name));
}

async function put(live: Live, { version }: Record<string, unknown>, more: object) {
    const name = live.name("sales");
    await live.need("PUT", tablePath(name), { name, ...definition, version, ...more });
    return live.need("GET", tablePath(name));
}

async function schemaModeDefault(live: Live): Promise<string> {
    const { schemaMode } = await table(live, { type: "detail" });
    return typeof schemaMode === "string" ? schemaMode : "not in the answer";
}

async function tableVersion(live: Live): Promise<string> {
    const before = await table(live, definition);
    const after = await put(live, before, { description: "edited" });
    return `grows by ${Number(after.version) - Number(before.version)}`;
}

async function putOmitted(live: Live): Promise<string> {
    const before = await table(live, { ...definition, description: "first" });
    const { description } = await put(live, before, {});
    return description === "first" ? "kept" : "reset";
}

export const tableQuestions: readonly Question[] = [
    ruleQuestion("schemaModeDefault", schemaModeDefault),
    { id: "tableVersion", question: "the version of a table after a PUT", assumed: "grows by 1", ask: tableVersion },
    {
        id: "putOmitted",
        question: "an optional member that a PUT of a table leaves out: reset to its default, or kept",
        assumed: "reset",
        ask: putOmitted,
    },
];
