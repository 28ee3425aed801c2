import { readFileSync } from "node:fs";
import path from "node:path";
import { decide, isAccepted, Unclear, type Live } from "../live";
import { common, notAsked, ruleQuestion, type Question } from "./question";

const pem = (file: string) => readFileSync(path.join(__dirname, "../../support/tls", file), "utf8");

const store = () => ({ type: "pem", certificates: pem("certificate.pem") });

const stored = (live: Live, name: string) => live.need("GET", `/connections/${name}`);

const isEmpty = (value: unknown) =>
    value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);

async function patchNull(live: Live): Promise<string> {
    const set = { description: "first", clientRack: "use1-az4", ssl: { truststore: store() } };
    const name = await live.connection("orders", set);
    if (!isAccepted(await live.patch(name, { description: "second" }))) throw new Unclear("no PATCH is accepted");
    const results: Record<string, string> = {};
    for (const member of ["description", "clientRack", "ssl"]) {
        const answer = await live.patch(name, { [member]: null });
        const isCleared = isEmpty((await stored(live, name))[member]);
        results[member] = decide(answer, isCleared ? "clears" : "ignored", "refused");
    }
    return common(results);
}

async function secretsTypeChange(live: Live): Promise<string> {
    const before = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "live", password: "first" };
    const after = { type: "sasl_plain", username: "live", password: "second" };
    const name = await live.connection("orders", { secrets: before });
    const answer = await live.patch(name, { secrets: after });
    const { secrets } = await stored(live, name);
    const isChanged = (secrets as { type?: string } | undefined)?.type === after.type;
    return decide(answer, isChanged ? "allowed" : "ignored", "refused");
}

async function typeChange(live: Live): Promise<string> {
    const name = await live.connection("orders");
    const answer = await live.patch(name, { type: "confluent" });
    const isChanged = (await stored(live, name)).type === "confluent";
    return decide(answer, isChanged ? "allowed" : "ignored", "refused");
}

async function secretsRequired(live: Live): Promise<string> {
    await live.connection("with");
    const body = live.connectionBody(live.name("without"), { secrets: undefined });
    return decide(await live.send("POST", "/connections", body), "false", "true");
}

async function emptySsl(live: Live): Promise<string> {
    const keystore = { ...store(), key: pem("key.pem") };
    const { ssl } = await stored(live, await live.connection("orders", { ssl: { keystore } }));
    if (ssl === undefined) return "omitted";
    return isEmpty(ssl) && ssl !== null ? "returned" : `returned as ${ssl === null ? "null" : "more than empty"}`;
}

async function connectionNameScope(live: Live): Promise<string> {
    if (live.sendToOther === undefined) {
        return notAsked("it takes a second project, named by POLARIS_LIVE_OTHER_PROJECT_ID");
    }
    const body = live.connectionBody(await live.connection("orders"));
    return decide(await live.sendToOther("POST", "/connections", body), "project", "organization");
}

async function suspendedConnectionInUse(live: Live): Promise<string> {
    const { connection } = await live.jobThatIs("suspended");
    return decide(await live.send("DELETE", `/connections/${connection}`), "false", "true");
}

async function endedConnectionInUse(live: Live): Promise<string> {
    const { connection } = await live.jobThatIs("canceled");
    return decide(await live.send("DELETE", `/connections/${connection}`), "done", "refused");
}

async function cloud(live: Live): Promise<string> {
    const meta = await live.need("GET", "/connectionsMeta");
    const absent = ["externalId", "implyArn"].filter((member) => isEmpty(meta[member]));
    return absent.length === 0 ? "aws" : absent.length === 2 ? "azure" : `without ${absent.join()}`;
}

async function sasToken(live: Live): Promise<string> {
    const name = live.name("files");
    const secrets = { type: "sas_token", sasToken: "?sv=2022-11-02&sig=bm9uZQ%3D%3D" };
    const body = { type: "azure", name, storageAccount: "live", container: "live", secrets };
    await live.need("POST", "/connections", body);
    const { secrets: shown } = await stored(live, name);
    return isEmpty((shown as { sasToken?: string } | undefined)?.sasToken) ? "omitted" : "returned";
}

async function createAnswer(live: Live): Promise<string> {
    const { status, location } = await live.send("POST", "/connections", live.connectionBody(live.name("orders")));
    const form = location === null ? "no" : location.startsWith("/") ? "a relative" : "an absolute";
    return `${status}, ${form} Location`;
}

async function errorCodes(live: Live): Promise<string> {
    const name = await live.connection("orders");
    const answers = [
        await live.send("GET", `/connections/${live.name("none")}`),
        await live.send("POST", "/connections", live.connectionBody(name)),
        await live.send("POST", "/connections", { type: "kafka" }),
    ];
    return answers
        .map(({ status, body }) => `${status} ${typeof body.code === "string" ? body.code : "without code"}`)
        .join(", ");
}

export const connectionQuestions: readonly Question[] = [
    ruleQuestion("patchNull", patchNull),
    ruleQuestion("secretsTypeChange", secretsTypeChange),
    { id: "typeChange", question: "a PATCH with another type: applied, or 400", assumed: "refused", ask: typeChange },
    ruleQuestion("secretsRequired", secretsRequired),
    ruleQuestion("emptySsl", emptySsl),
    ruleQuestion("connectionNameScope", connectionNameScope),
    ruleQuestion("suspendedConnectionInUse", suspendedConnectionInUse),
    {
        id: "endedConnectionInUse",
        question: "DELETE of a connection that only ended jobs used: 400, or done",
        assumed: "done",
        ask: endedConnectionInUse,
    },
    {
        id: "patchReachesJob",
        question: "whether a PATCH reaches the jobs that run",
        ask: () => Promise.resolve(notAsked("no answer of the API shows what a running job reads")),
    },
    ruleQuestion("cloud", cloud),
    { id: "sasToken", question: "the sasToken of a connection, in answers", assumed: "omitted", ask: sasToken },
    {
        id: "createAnswer",
        question: "the status and the Location of a created connection",
        assumed: "201, a relative Location",
        ask: createAnswer,
    },
    {
        id: "errorCodes",
        question: "the codes of a missing, a taken and an invalid connection",
        assumed: "404 ConnectionNotFound, 409 ConnectionExists, 400 InvalidValue",
        ask: errorCodes,
    },
    {
        id: "forbiddenBody",
        question: "the body of a 403",
        ask: () => Promise.resolve(notAsked("it takes a key without permissions")),
    },
];
